/** What the rule found beside a word stands under what it took the word for. */
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { EvidenceTable } from './EvidenceTable';
import type { Evidence } from './result';

afterEach(cleanup);

function word(text: string, note?: string): Evidence {
  return { text, label: 'valid', points: 1, rule: 'category_fluency@1', onset_s: 1, offset_s: 2, note };
}

test('a note stands with its word, and a word without one has none', () => {
  const evidence = [word('dog', 'cluster 1 (farm, pets)'), word('ant')];
  render(<EvidenceTable evidence={evidence} title="Animals" onPlayFrom={vi.fn()} />);
  const [, dog, ant] = screen.getAllByRole('row');
  if (!dog || !ant) throw new Error('no rows');
  within(dog).getByText('cluster 1 (farm, pets)');
  expect(within(ant).queryByText(/cluster/)).toBeNull();
});
