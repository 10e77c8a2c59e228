// The form of a licence and the file that it writes (docs/licences.md).

export interface LicenceParty { role: string; name: string; country: string; kind: string; number: string; more: Record<string, string> }
export interface LicenceCap { amount: string; measure: string; of: 'quantity' | 'value'; code: string }
export interface LicenceDuty { what: string; days: string }
export interface LicenceForm {
  number: string; authority: string; regime: string; issued: string; from: string; to: string;
  lifts: string[]; parties: LicenceParty[]; codes: string; destinations: string; origins: string; end_use: string;
  caps: LicenceCap[]; conditions: string; duties: LicenceDuty[]; document: string;
}

export const blankLicence = (): LicenceForm => ({
  number: '', authority: '', regime: 'uk', issued: '', from: '', to: '', lifts: [''], parties: [{ role: 'exporter', name: '', country: '', kind: '', number: '', more: {} }],
  codes: '', destinations: '', origins: '', end_use: '', caps: [], conditions: '', duties: [], document: '',
});

const words = (text: string) => text.split(/[\s,;]+/).filter(Boolean);
const lines = (text: string) => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);

/** As read_licence() reads it: what is empty is left out, since an empty part would limit nothing and say so wrongly. */
export function licenceOf(form: LicenceForm): Record<string, unknown> {
  const licence: Record<string, unknown> = { number: form.number.trim(), authority: form.authority.trim(), regime: form.regime, issued: form.issued, from: form.from, to: form.to };
  licence.lifts = form.lifts.map((one) => one.trim()).filter(Boolean);
  licence.parties = form.parties
    .filter((one) => one.name.trim())
    .map((one) => {
      const identifiers = { ...(one.kind && one.number.trim() ? { [one.kind]: one.number.trim() } : {}), ...one.more };
      return { role: one.role, name: one.name.trim(), ...(one.country && { country: one.country.toUpperCase() }), ...(Object.keys(identifiers).length && { identifiers }) };
    });
  const put = (name: string, list: unknown[]) => {
    if (list.length) licence[name] = list;
  };
  put('codes', words(form.codes).map((code) => code.replaceAll('.', '')));
  put('destinations', words(form.destinations).map((one) => one.toUpperCase()));
  put('origins', words(form.origins).map((one) => one.toUpperCase()));
  put('end_use', lines(form.end_use));
  put('caps', form.caps.filter((cap) => String(cap.amount).trim()).map((cap) => ({ ...(cap.code.trim() && { code: cap.code.trim() }), ...(cap.of === 'value' ? { value: amount(cap.amount), currency: cap.measure.trim().toUpperCase() } : { quantity: amount(cap.amount), unit: cap.measure.trim() }) })));
  put('conditions', lines(form.conditions));
  put('duties', form.duties.filter((duty) => duty.what.trim()).map((duty) => ({ what: duty.what.trim(), within_days: Number(duty.days) })));
  if (form.document.trim()) licence.document = form.document.trim().toLowerCase();
  return licence;
}

/** Money is never rounded: what a double does not hold goes as text. */
function amount(text: string): number | string {
  const plain = String(text).trim();
  return String(Number(plain)) === plain ? Number(plain) : plain;
}

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A licence as it stands, for an amendment. */
export function formOf(licence: Record<string, unknown>): LicenceForm {
  return {
    number: text(licence.number), authority: text(licence.authority), regime: text(licence.regime), issued: text(licence.issued), from: text(licence.from), to: text(licence.to),
    lifts: list(licence.lifts).map(text),
    parties: (list(licence.parties) as Record<string, unknown>[]).map((one) => {
      const [first, ...more] = Object.entries((one.identifiers ?? {}) as Record<string, string>);
      return { role: text(one.role), name: text(one.name), country: text(one.country), kind: first?.[0] ?? '', number: first?.[1] ?? '', more: Object.fromEntries(more) };
    }),
    codes: list(licence.codes).map(text).join(', '), destinations: list(licence.destinations).map(text).join(', '), origins: list(licence.origins).map(text).join(', '),
    end_use: list(licence.end_use).map(text).join('\n'),
    caps: (list(licence.caps) as Record<string, unknown>[]).map((cap) => ({ amount: text(cap.quantity ?? cap.value), measure: text(cap.unit ?? cap.currency), of: 'value' in cap ? 'value' as const : 'quantity' as const, code: text(cap.code) })),
    conditions: list(licence.conditions).map(text).join('\n'),
    duties: (list(licence.duties) as Record<string, unknown>[]).map((duty) => ({ what: text(duty.what), days: text(duty.within_days) })),
    document: text(licence.document),
  };
}
