'use client';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import clinic from '@/features/clinic/clinic.module.css';
import { moment } from '@/features/clinic/wording';
import { type ProcessingRecord, getProcessingRecord } from './organisation';
import styles from './organisation.module.css';

/** The record of processing activities of the organisation, fit to be printed. */
export function Processing() {
  const [record, setRecord] = useState<ProcessingRecord | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    getProcessingRecord().then(setRecord, (error: unknown) => {
      setProblem(error instanceof Error ? error.message : 'The record could not be loaded.');
    });
  }, []);
  if (problem) {
    return (
      <p role="alert" className={clinic.problem}>
        {problem}
      </p>
    );
  }
  return record ? <RecordOf record={record} /> : <p role="status">Loading …</p>;
}

export function RecordOf({ record }: { record: ProcessingRecord }) {
  const { contacts } = record;
  return (
    <article aria-labelledby="record-title" className={styles.record}>
      <h1 id="record-title">Record of processing activities</h1>
      <p className={clinic.hint}>
        GDPR, Article 30. Made on {moment(record.made_at)} from what is set and measured on this system.{' '}
        <button type="button" className={clinic.quiet} onClick={() => window.print()}>
          Print
        </button>
      </p>
      <h2>Who is responsible</h2>
      <dl className={styles.facts}>
        <Fact name="Organisation" words={record.controller} />
        <Fact name="Responsible" words={contacts.controller} />
        <Fact name="Representative" words={contacts.representative} />
        <Fact name="Data protection officer" words={contacts.protection_officer} />
      </dl>
      <p className={clinic.hint}>
        These are set on the page <Link href="/clinic/organisation">Organisation</Link>.
      </p>
      <h2>Purposes</h2>
      <ul>
        {record.purposes.map((purpose) => (
          <li key={purpose}>{purpose}</li>
        ))}
      </ul>
      <p>{record.basis}</p>
      <h2>Whose data, which, and for how long</h2>
      <table className={clinic.table}>
        <thead>
          <tr>
            <th scope="col">Data</th>
            <th scope="col">Of whom</th>
            <th scope="col">What</th>
            <th scope="col">Kept</th>
          </tr>
        </thead>
        <tbody>
          {record.categories.map((one) => (
            <tr key={one.title}>
              <th scope="row">{one.title}</th>
              <td data-heading="Of whom">{one.subjects}</td>
              <td data-heading="What">{one.what}</td>
              <td data-heading="Kept">{one.kept}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>Who receives them</h2>
      <ul>
        {record.recipients.map((one) => (
          <li key={one.who}>
            <b>{one.who}</b>: {one.what}
            {one.where && `; where: ${one.where}`}
          </li>
        ))}
      </ul>
      {!record.recipients.some((one) => one.is_outside) && (
        <p>Nobody outside: everything stays on the server of the organisation, and nothing goes to another country.</p>
      )}
      <h2>Safeguards</h2>
      <ul className={styles.safeguards}>
        {record.safeguards.map((one) => (
          <li key={one.words} data-holds={one.holds}>
            <b>{one.holds ? 'Yes' : 'No'}</b> {one.words}
            {one.detail && <span className={clinic.hint}> ({detailOf(one.detail)})</span>}
          </li>
        ))}
      </ul>
    </article>
  );
}

function Fact({ name, words }: { name: string; words: string | undefined }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{words || <span className={clinic.muted}>not set</span>}</dd>
    </>
  );
}

const detailOf = (detail: string): string => (/^\d{4}-\d\d-\d\dT/.test(detail) ? moment(detail) : detail);
