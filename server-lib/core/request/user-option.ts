import { isJsonObject, type JsonObject, ownField } from '../../wire/untrusted-json.ts';

/** The `userId` in the options of `ffVariant()`, and whether the options contain nothing else. */
export function readUserOption(options: unknown): { readonly userId: unknown; readonly isValid: boolean } {
  if (!isJsonObject(options)) return { userId: undefined, isValid: false };
  const fields = templateArguments(options);
  return { userId: ownField(fields, 'userId'), isValid: Object.keys(fields).every((key) => key === 'userId') };
}

// Handlebars adds an argument to each call, whose `hash` contains the template's named arguments: `userId="7"`. Nunjucks
// marks the object that it creates for `userId=7` with `__keywords`.
function templateArguments(options: JsonObject): JsonObject {
  const hash = Object.hasOwn(options, 'name') ? ownField(options, 'hash') : undefined;
  const { __keywords, ...fields } = isJsonObject(hash) ? hash : options;
  return fields;
}
