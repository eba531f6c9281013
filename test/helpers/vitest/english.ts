import en from '../../../extension/_locales/en/messages.json' with { type: 'json' };
import { formatMessage } from '../../../extension/app/i18n/languages.ts';
import { setMessageLookup } from '../../../extension/ui/i18n/translate.ts';

// A test imports this file to get the English strings of the UI.
setMessageLookup((key, values) => formatMessage(en, key, values));
