/** What was written in a text field of a form; nothing for a field that is not there. */
export function formText(given: FormData, name: string): string {
  const value = given.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
