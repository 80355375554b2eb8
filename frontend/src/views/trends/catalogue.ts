import type { MetricView } from '../../lib/backend';
import { familyOf } from '../../lib/format/family';
import { typeName } from '../../lib/format/words';
import { familyIcons } from '../../lib/parts/families';
import { text } from '../../lib/text';
import { metricName } from './words';

/** A group of the list of metrics. */
export interface MetricGroup {
  key: string;
  title: string;
  /** "" where the metrics are of several types. */
  dataType: string;
  metrics: MetricView[];
}

const t = text.trends.pick;

const families = Object.keys(familyIcons);

/** What a metric can be found by. */
const sought = (metric: MetricView): string => `${metricName(metric)} ${typeName(metric.dataType)} ${metric.id} ${metric.field.replaceAll('_', ' ')} ${metric.unit}`.toLowerCase();

/** All metrics by type: families in their order, types as the catalogue has them; those used last on top, those without a name of ours at the end. Only what fits the search. */
export function groupsOf(metrics: readonly MetricView[], recent: readonly string[], query: string): MetricGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const fit = words.length === 0 ? metrics : metrics.filter((metric) => words.every((word) => sought(metric).includes(word)));
  const byType = new Map<string, MetricView[]>();
  for (const metric of fit.filter((one) => one.known)) byType.set(metric.dataType, [...(byType.get(metric.dataType) ?? []), metric]);
  const types = [...byType].map(([dataType, list]) => ({ key: `type ${dataType}`, title: typeName(dataType), dataType, metrics: list })).sort((a, b) => families.indexOf(familyOf(a.dataType)) - families.indexOf(familyOf(b.dataType)));
  const used = words.length > 0 ? [] : recent.flatMap((id) => metrics.filter((metric) => metric.id === id));
  const groups = [
    { key: 'recent', title: t.recent, dataType: '', metrics: used },
    ...types,
    { key: 'other', title: t.other, dataType: '', metrics: fit.filter((one) => !one.known) },
  ];
  return groups.filter((group) => group.metrics.length > 0);
}
