/** Of what `--json` prints. Raised when a field is renamed, removed or means something else; a new field does not raise it. */
export const FORMAT_VERSION = 1;
