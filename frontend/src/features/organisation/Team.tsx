'use client';
import { type SubmitEvent, useRef, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Actions } from '@/components/ui/Panel';
import { ROLE_WORDS, type StaffRole } from '@/features/account/account';
import { useUser } from '@/features/account/StaffFrame';
import clinic from '@/features/clinic/clinic.module.css';
import { day } from '@/features/clinic/wording';
import { formText } from '@/lib/form-text';
import { useLive } from '@/lib/useLive';
import { type Account, addAccount, changeAccount, listStaff } from './organisation';
import styles from './organisation.module.css';

const REFRESH_MS = 30_000;

/** The staff accounts: who there is, what each may do, and adding one. */
export function Team() {
  const staff = useLive(listStaff, REFRESH_MS);
  return (
    <div className={clinic.overview}>
      <section aria-labelledby="team-title">
        <h1 id="team-title">Team</h1>
        {staff.problem && (
          <p role="alert" className={clinic.problem}>
            {staff.problem}
          </p>
        )}
        {staff.data ? (
          <Accounts accounts={staff.data} onChanged={staff.reload} />
        ) : (
          !staff.problem && <p role="status">Loading …</p>
        )}
      </section>
      <section aria-labelledby="add-title">
        <h2 id="add-title">Add an account</h2>
        <NewAccountForm onAdded={staff.reload} />
      </section>
    </div>
  );
}

interface AccountsProps {
  accounts: readonly Account[];
  onChanged: () => void;
  send?: typeof changeAccount;
}

export function Accounts({ accounts, onChanged, send = changeAccount }: AccountsProps) {
  const { id: own } = useUser();
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  async function change(account: Account, what: { role?: string; is_active?: boolean }, words: string) {
    try {
      await send(account.id, what);
      setProblem(null);
      setSaid(words);
    } catch (error) {
      setSaid('');
      setProblem(error instanceof Error ? error.message : 'It was not changed. Try again.');
    }
    onChanged();
  }
  return (
    <>
      {problem && (
        <p role="alert" className={clinic.problem}>
          {problem}
        </p>
      )}
      <p role="status" className={clinic.found}>
        {said}
      </p>
      <table className={clinic.table} aria-label="Staff accounts">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Address</th>
            <th scope="col">Role</th>
            <th scope="col">Since</th>
            <th scope="col">
              <span className={clinic.hidden}>Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <AccountRow key={account.id} account={account} isOwn={account.id === own} onChange={change} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface RowProps {
  account: Account;
  isOwn: boolean;
  onChange: (account: Account, what: { role?: string; is_active?: boolean }, words: string) => Promise<void>;
}

function AccountRow({ account, isOwn, onChange }: RowProps) {
  const name = account.display_name;
  const [wanted, setWanted] = useState<StaffRole | null>(null);
  return (
    <tr className={account.is_active ? undefined : styles.closed}>
      <th scope="row">
        {name}
        {isOwn && <span className={clinic.muted}> (you)</span>}
        {!account.is_active && <span className={clinic.muted}> (closed)</span>}
      </th>
      <td data-heading="Address">{account.email}</td>
      <td data-heading="Role">
        {isOwn || !account.is_active ? (
          ROLE_WORDS[account.role].name
        ) : (
          <select
            className={styles.choice}
            aria-label={`Role of ${name}`}
            value={account.role}
            onChange={(event) => setWanted(event.target.value as StaffRole)}
          >
            <RoleOptions />
          </select>
        )}
        {wanted && (
          <RoleQuestion
            name={name}
            role={wanted}
            onClose={() => setWanted(null)}
            onChange={() => {
              setWanted(null);
              void onChange(account, { role: wanted }, `${name} is now ${ROLE_WORDS[wanted].name.toLowerCase()}.`);
            }}
          />
        )}
      </td>
      <td data-heading="Since">{day(account.created_at)}</td>
      <td>
        {!isOwn && (
          <button
            type="button"
            className={clinic.quiet}
            aria-label={`${account.is_active ? 'Close' : 'Open'} the account of ${name}`}
            onClick={() =>
              void onChange(
                account,
                { is_active: !account.is_active },
                account.is_active
                  ? `The account of ${name} is closed, and signed out everywhere. It can be opened again.`
                  : `The account of ${name} is open again.`,
              )
            }
          >
            {account.is_active ? 'Close' : 'Open again'}
          </button>
        )}
      </td>
    </tr>
  );
}

interface QuestionProps {
  name: string;
  role: StaffRole;
  onClose: () => void;
  onChange: () => void;
}

/** A key on a list must not make anybody an administrator. */
function RoleQuestion({ name, role, onClose, onChange }: QuestionProps) {
  return (
    <Dialog title={`${name}: ${ROLE_WORDS[role].name.toLowerCase()}?`} isOpen onClose={onClose}>
      <p>What they may do changes at once, and they are signed out everywhere.</p>
      <Actions>
        <Button look="primary" onPress={onChange}>
          Change the role
        </Button>
        <Button onPress={onClose}>Leave it as it is</Button>
      </Actions>
    </Dialog>
  );
}

function RoleOptions() {
  return (Object.keys(ROLE_WORDS) as StaffRole[]).map((role) => (
    <option key={role} value={role}>
      {ROLE_WORDS[role].name}
    </option>
  ));
}

interface FormProps {
  onAdded: () => void;
  send?: typeof addAccount;
}

/** A new account; its first password is shown once. */
export function NewAccountForm({ onAdded, send = addAccount }: FormProps) {
  const [made, setMade] = useState<{ email: string; password: string } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [role, setRole] = useState<StaffRole>('clinician');
  const [isSending, setSending] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    setSending(true);
    try {
      const { account, password } = await send({
        email: formText(given, 'email'),
        display_name: formText(given, 'display_name'),
        role,
      });
      setMade({ email: account.email, password });
      setProblem(null);
      form.reset();
      setRole('clinician');
      onAdded();
      title.current?.focus();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The account was not added. Try again.');
    } finally {
      setSending(false);
    }
  }

  return (
    <>
      <form className={clinic.form} onSubmit={(event) => void submit(event)} aria-label="Add an account">
        <label>
          Name
          <input name="display_name" required maxLength={200} autoComplete="off" />
        </label>
        <label>
          E-mail address
          <input name="email" type="email" required maxLength={200} autoComplete="off" />
        </label>
        <label>
          Role
          <select value={role} onChange={(event) => setRole(event.target.value as StaffRole)} aria-describedby="may">
            <RoleOptions />
          </select>
        </label>
        <p id="may" className={`${clinic.hint} ${styles.may}`}>
          {ROLE_WORDS[role].name}: {ROLE_WORDS[role].may}.
        </p>
        {problem && (
          <p role="alert" className={clinic.problem}>
            {problem}
          </p>
        )}
        <button type="submit" className={clinic.primary} disabled={isSending}>
          {isSending ? 'Adding …' : 'Add the account'}
        </button>
      </form>
      {made && (
        <section className={styles.made} aria-labelledby="made-title">
          <h3 id="made-title" ref={title} tabIndex={-1}>
            First password of {made.email}
          </h3>
          <p>It is shown only now. Give it to this person in a safe way.</p>
          <p>
            <code className={styles.password}>{made.password}</code>
          </p>
          <button type="button" className={clinic.quiet} onClick={() => setMade(null)}>
            Done
          </button>
        </section>
      )}
    </>
  );
}
