// One product: what it is, where else it lies, and changing it without a line.

import { get, post } from "../api.js";
import { ask } from "../form.js";
import { number, percent, plain } from "../format.js";
import { t } from "../i18n.js";
import { currency, isManager } from "../state.js";
import { showFault, toast } from "../toast.js";

/** Shows a product in a dialog, with its fields where a manager is signed in; null makes a new one. */
export async function editProduct(sku) {
  try {
    const before = sku === null ? null : await get(`/api/product?code=${encodeURIComponent(sku)}`);
    const answer = await ask(before?.name ?? t("product.new"), fieldsOf(before), isManager() ? t("save") : t("close"));
    if (answer === null || !isManager()) return;
    const body = changesOf(before, answer);
    if (body === null) return toast(t("product.wrong"));
    if (Object.keys(body).length === 1) return;
    await post("/api/product", body);
    toast(t("product.saved"), "good");
  } catch (fault) {
    showFault(fault);
  }
}

function fieldsOf(before) {
  const locked = !isManager();
  const field = (name, value, attributes = {}, hint = null) =>
    ({ name, text: t(`field.${name}`), hint, attributes: { value: value ?? "", readonly: locked, ...attributes } });
  const elsewhere = before?.elsewhere.map(one => `${one.store}: ${number(one.quantity)}`).join(", ");
  return [
    field("sku", before?.sku, { required: true, maxlength: 64, readonly: locked || before !== null },
      before ? t("product.onhand", { n: number(before.quantity) }) + (elsewhere ? ` · ${elsewhere}` : "") : null),
    field("name", before?.name, { required: true, maxlength: 200 }),
    field("ean", before?.ean, { inputmode: "numeric" }),
    field("category", before?.category, { maxlength: 200 }),
    field("price", before ? plain(before.price) : "", { inputmode: "decimal", required: true }, currency()),
    field("taxBasisPoints", before ? String(before.taxBasisPoints / 100) : "", { inputmode: "decimal" },
      before ? percent(before.taxBasisPoints) : null),
    field("lowStockAt", before?.lowStockAt, { inputmode: "numeric" }),
    { name: "withdrawn", text: t("field.withdrawn"), value: before?.withdrawn ? "yes" : "no", attributes: { disabled: locked },
      options: [{ value: "no", text: t("product.sold") }, { value: "yes", text: t("product.withdrawn") }] },
  ];
}

/** Only what was changed; null where a number cannot be read. */
function changesOf(before, answer) {
  const body = { sku: answer.sku };
  for (const name of ["name", "ean", "category"])
    if (answer[name] !== (before?.[name] ?? "")) body[name] = answer[name];
  const price = answer.price.replace(",", ".");
  if (!before || price !== plain(before.price)) body.price = price;
  const tax = Math.round(Number(answer.taxBasisPoints.replace(",", ".") || 0) * 100);
  const low = answer.lowStockAt === "" ? -1 : Number(answer.lowStockAt);
  if (!Number.isInteger(tax) || !Number.isInteger(low)) return null;
  if (tax !== (before?.taxBasisPoints ?? 0)) body.taxBasisPoints = tax;
  if (low !== (before?.lowStockAt ?? -1)) body.lowStockAt = low;
  if ((answer.withdrawn === "yes") !== (before?.withdrawn ?? false)) body.withdrawn = answer.withdrawn === "yes";
  return body;
}
