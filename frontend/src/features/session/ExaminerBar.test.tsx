import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import { ExaminerBar } from './ExaminerBar';

test('a question is put again at once, and left out only with a reason', async () => {
  const told = { onRepeat: vi.fn(), onLeaveOut: vi.fn() };
  const { container } = render(<ExaminerBar {...told} />);
  expect((await axe.run(container)).violations).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Repeat this question' }));
  expect(told.onRepeat).toHaveBeenCalledOnce();
  await userEvent.click(screen.getByRole('button', { name: 'Leave it out …' }));
  await userEvent.click(screen.getByRole('button', { name: 'Leave it out' }));
  expect(told.onLeaveOut).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'The person is tired' }));
  await userEvent.type(screen.getByLabelText('In your words'), ' after lunch ');
  await userEvent.click(screen.getByRole('button', { name: 'Leave it out' }));
  expect(told.onLeaveOut).toHaveBeenCalledExactlyOnceWith('The person is tired after lunch');
});
