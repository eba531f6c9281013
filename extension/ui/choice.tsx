import type { JSX } from 'preact';

interface ChoiceProps<Option extends string> {
  readonly legend: string;
  /** Each option with what it is called. */
  readonly options: readonly (readonly [option: Option, text: string])[];
  readonly chosen: Option;
  readonly onChoose: (option: Option) => void;
}

/** One of a few: native radios, drawn as the popup draws variants. */
export function Choice<Option extends string>({ legend, options, chosen, onChoose }: ChoiceProps<Option>): JSX.Element {
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      <div class="variants">
        {options.map(([option, text]) => (
          <label key={option} class="pill">
            <input
              type="radio"
              name={options.map(([one]) => one).join()}
              value={option}
              checked={option === chosen}
              onChange={() => onChoose(option)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
