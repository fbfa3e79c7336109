import { StatusBadge } from '@/features/results/StatusBadge';
import type { Address } from './operation';
import styles from './operator.module.css';

/** The access points and consoles that the settings name, and whether each answers. */
export function AddressesSection({ addresses }: { addresses: Address[] }) {
  return (
    <section aria-labelledby="addresses-title">
      <h2 id="addresses-title">Addresses</h2>
      <ul className={styles.checks}>
        {addresses.map((address) => (
          <li key={`${address.name} ${address.url}`} className={styles.card} data-well={address.is_answering !== false}>
            <span className={styles.title}>
              <a href={address.url} rel="noreferrer">
                {address.name}
              </a>
            </span>
            <Answer address={address} />
          </li>
        ))}
      </ul>
      <p className={styles.muted}>
        Asked by the system once a minute; <code>CAS_ADDRESSES</code> names more.
      </p>
    </section>
  );
}

function Answer({ address }: { address: Address }) {
  if (address.is_answering === null) return <StatusBadge tone="neutral">Not asked yet</StatusBadge>;
  if (!address.is_answering) {
    return <StatusBadge tone="not_scorable">{address.status ? `Fails (${address.status})` : 'No answer'}</StatusBadge>;
  }
  return <StatusBadge tone="scored">{`Answers in ${address.took_ms ?? 0} ms`}</StatusBadge>;
}
