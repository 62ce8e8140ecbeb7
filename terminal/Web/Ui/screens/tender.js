// How a payment was accepted, in words and colours that cannot be mixed up: online, by chip, at merchant's risk.

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { money } from "../format.js";

/** @param ended the outcome is known: "not yet" would be wrong beside it. */
export const approvalTag = (approval, ended = false) => h("span", { class: `tag ${approval}` },
  t(ended && approval === "Deferred" ? "approval.Deferred.ended" : `approval.${approval}`));

export const tenderLine = tender => h("li", {},
  h("span", {}, tender.kind === "Card" ? `${tender.scheme} •••• ${tender.lastFour}` : t(`tender.${tender.kind}`)),
  tender.approval ? approvalTag(tender.approval) : null,
  tender.tip ? h("span", { class: "tag tip" }, t("tender.tip", { amount: money(tender.tip) })) : null,
  h("span", { class: "figure" }, money(tender.amount)));
