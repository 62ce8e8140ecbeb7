using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>What to ask the feed for next; empty asks from the beginning.</summary>
    public string Cursor => Locked(() => _feed.Cursor);

    /// <summary>
    /// Takes a page of the feed over together with its cursor. A key list in it is verified under the root
    /// key and its version never goes back. A payment that gets its outcome leaves the exposure, and its
    /// sealed card is deleted. The same page twice changes nothing more.
    /// </summary>
    public WriteOutcome ApplyFeedPage(FeedPage page)
    {
        lock (_gate)
        {
            if (page.Rows.Count > FeedPage.RowsMax)
                return WriteOutcome.Not(
                    WriteStatus.Malformed, $"A page of the feed has at most {FeedPage.RowsMax} rows.");
            var outcome = Commit(batch =>
            {
                foreach (var row in page.Rows)
                    if (ApplyRow(row, batch) is { } refused)
                        return refused;
                ApplyPlan(page.Rows, batch);
                _feed.SetCursor(page.Cursor);
                return null;
            });
            if (_scrubDue && outcome.IsStored)
                Scrub();
            return outcome;
        }
    }

    private WriteOutcome? ApplyRow(FeedRow row, Batch batch)
    {
        if (row.Product is { } product)
            _products.SetBase(product, row.History, _enrolment!);
        if (row.Transfer is { } transfer)
            _transfers.Set(transfer);
        if (row.Customer is { } customer)
            _customers.Set(customer, _enrolment!);
        if (row.Loyalty is { } loyalty)
        {
            _values.Set(ValueTable.Loyalty, loyalty, StoreJson.Default.LoyaltyRule);
            batch.After(() => _loyalty = loyalty);
        }
        if (row.Stock is { } level)
            _stock.SetLevel(level, _enrolment!);
        if (row.Outcome is { } outcome)
            ApplyOutcome(outcome, batch);
        if (row.ChargedBack is { } chargedBack)
            ApplyChargedBack(chargedBack);
        if (row.Deny is { } deny)
        {
            if (DenyIndex.TryRead(deny) is not { } index)
                return WriteOutcome.Not(WriteStatus.Malformed, "The deny list of the feed is not readable.");
            _values.Set(ValueTable.DenyList, deny, StoreJson.Default.DenyList);
            batch.After(() => _deny = index);
        }
        if (row.Staff is { } member)
            ApplyStaff(member, batch);
        if (row.Settings is { } settings)
            ApplySettings(settings, batch);
        if (row.ForgottenInvoice is { } forgotten && _invoices.Find(forgotten) is { } invoice)
        {
            _journal.DeleteAttachments(invoice.Place, AttachmentKind.InvoiceParty);
            _journal.DeleteAttachments(invoice.Place, AttachmentKind.Contact);
            batch.After(() => _scrubDue = true);
        }
        if (row.Merchant is { } merchant)
            ApplyMerchant(merchant, batch);
        if (row.Store is { } place)
            ApplyPlace(place, batch);
        if (row.Tips is { } tips)
            ApplyTips(tips, batch);
        if (row.Day is { } day)
        {
            if (day.From >= day.To || Math.Abs(day.OffsetMinutes) > 840)
                return WriteOutcome.Not(
                    WriteStatus.Malformed, $"Trading day {day.Date:yyyy-MM-dd} of the feed is no day.");
            _feed.SetTradingDay(day);
        }
        return row.Keys is { } keys ? ApplyKeys(keys, batch) : null;
    }

    private void ApplyOutcome(Outcome outcome, Batch batch)
    {
        if (_sales.ToCards.Outcome(outcome))
            return;
        if (!_payments.Outcome(outcome) || PaymentStates.IsOpen(outcome.State))
            return;
        _payments.Release(outcome.Payment);
        // While nobody here knows the end it may still be asked for again, under its own id.
        if (!_payments.IsOpen(outcome.Payment))
            DropCard(outcome.Payment, batch);
    }

    private void ApplyChargedBack(ChargedBack told)
    {
        var name = ValueTable.ChargedBack(told.Payment);
        if (told.Amount.IsZero)
            _values.Remove(name);
        else
            _values.Set(name, told, StoreJson.Default.ChargedBack);
    }

    /// <summary>What the card's bank has taken back of a payment, as far as it was told here.</summary>
    public Money? ChargedBackOf(Id payment) => Locked(() => _values.Get(
        ValueTable.ChargedBack(payment), StoreJson.Default.ChargedBack, out _)?.Amount);

    private WriteOutcome? ApplyKeys(string jws, Batch batch)
    {
        var keys = SignedKeys.TryVerify(jws, _enrolment!.RootKey);
        if (keys is null)
            return WriteOutcome.Not(
                WriteStatus.KeysRefused, "The key list of the feed is not signed by the root key.");
        if (keys.List.Version < _signedKeys?.List.Version)
            return WriteOutcome.Not(
                WriteStatus.KeysRefused,
                $"The key list of the feed has version {keys.List.Version}, older than "
                + $"{_signedKeys.List.Version}.");
        _values.Set(ValueTable.Keys, jws, StoreJson.Default.String);
        batch.After(() => _signedKeys = keys);
        return null;
    }
}
