'use client';
import { useEffect, useState } from 'react';
import { useLive } from '@/lib/useLive';
import { AddressesSection } from './AddressesSection';
import { AlertsSection } from './AlertsSection';
import { BackupsSection } from './BackupsSection';
import { DatabaseSection } from './DatabaseSection';
import { ErrorsSection } from './ErrorsSection';
import { FiguresSection } from './FiguresSection';
import { HealthSection } from './HealthSection';
import { LogSection } from './LogSection';
import { MachineSection } from './MachineSection';
import { type Health, type Operation, loadHealth, loadOperation } from './operation';
import { PlotsSection } from './PlotsSection';
import { UseSection } from './UseSection';
import { WorkSection } from './WorkSection';
import styles from './operator.module.css';

const REFRESH_MS = 15_000;

/** Everything that whoever runs the machine has to know, on one page that follows it by itself. */
export function OperatorPage() {
  const { data, problem } = useLive(loadOperation, REFRESH_MS);
  return (
    <div className={styles.page}>
      <h1>System</h1>
      {problem && <Away problem={problem} />}
      {data ? <Facts operation={data} isOld={problem !== null} /> : !problem && <p role="status">Loading …</p>}
    </div>
  );
}

/** While the figures cannot be had, the health still says which part is away. */
function Away({ problem }: { problem: string }) {
  const [health, setHealth] = useState<Health | null>(null);
  useEffect(() => {
    let isCurrent = true;
    loadHealth().then(
      (found) => isCurrent && setHealth(found),
      () => undefined, // the words of the first problem stand already
    );
    return () => {
      isCurrent = false;
    };
  }, [problem]);
  return (
    <>
      <p role="alert" className={styles.problem}>
        {problem} The page keeps trying.
      </p>
      {health && <HealthSection health={health} />}
    </>
  );
}

export function Facts({ operation, isOld = false }: { operation: Operation; isOld?: boolean }) {
  return (
    <>
      {isOld && (
        <p className={styles.muted}>What follows is from {new Date(operation.timestamp).toLocaleTimeString()}.</p>
      )}
      {!isOld && <HealthSection health={operation.health} />}
      <AlertsSection alerts={operation.alerts} contacts={operation.contacts} now={operation.timestamp} />
      <FiguresSection operation={operation} />
      <PlotsSection plots={operation.plots} />
      <WorkSection queue={operation.queue} model={operation.model} now={operation.timestamp} />
      <BackupsSection
        backups={operation.backups}
        hasArchive={operation.machine.has_archive}
        now={operation.timestamp}
      />
      <UseSection use={operation.use} />
      <DatabaseSection database={operation.database} />
      <ErrorsSection patterns={operation.error_patterns} errors={operation.errors} now={operation.timestamp} />
      <LogSection />
      <MachineSection operation={operation} />
      <AddressesSection addresses={operation.addresses} />
    </>
  );
}
