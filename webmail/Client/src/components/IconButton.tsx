import { Icon, type IconName } from "./Icon";

interface Choices {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly class?: string;
  readonly tabIndex?: number;
}

/** A button that is only an icon: its name is read aloud and shown on hover. */
export function IconButton({ icon, label, onClick, pressed, disabled = false, class: className = "", tabIndex = 0 }: Choices) {
  return (
    <button
      type="button"
      class={`icon-button ${className}`}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      disabled={disabled}
      tabIndex={tabIndex}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
