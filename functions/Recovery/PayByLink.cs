using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// The page behind a payment link: GET shows where the case stands, POST pays with a card. Each try is a
/// payment of its own whose id follows from the case and the number of the try that the page was shown for;
/// so a double tap, a repeated post and a second window are one payment. The request leaves by the queue that
/// asks for all deferred payments, which goes on until there is an answer.
/// </summary>
internal sealed class PayByLink(
    TablePort tables, PaymentStore store, CardVault vault, Asking asking, Merchants merchants, Stores stores,
    DenyLists denied, PayLimits limits, PaymentOptions options, TimeProvider time)
{
    /// <summary>GET /api/pay/{token}. It changes nothing, so a mail scanner that follows it does no harm.
    /// </summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        var (view, _) = await Find(call, cancel);
        return PayPage.Of(view, call.Languages);
    }

    /// <summary>POST /api/pay/{token}: answered by the page's own address, which a reload only looks at.
    /// </summary>
    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        try
        {
            var (view, digest) = await Find(call, cancel);
            if (view.Show != PayShow.Form)
                return view.Case is null ? PayPage.Of(view, call.Languages) : SeeOther(call);
            if (!limits.MayPost(digest!, call.Address))
                return PayPage.Of(view with { Show = PayShow.TooOften }, call.Languages);
            var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(
                time.GetUtcNow(), view.Store?.TimeZone ?? TimeZoneInfo.Utc).Date);
            var (form, fault) = PayForm.Read(call.Body.Span, today);
            using (form)
            {
                if (form is null)
                    return PayPage.Of(view with { Fault = fault }, call.Languages);
                // Posted for a try that is there already: what became of it is what counts.
                if (form.Try != view.Try)
                    return SeeOther(call);
                if (await IsDenied(view.Merchant, form.Pan, cancel))
                    return PayPage.Of(view with { Fault = PayFault.Denied }, call.Languages);
                var fresh = await Compose(view.Case!, form, cancel);
                if (asking.RefusalOf(fresh) is not null)
                    return PayPage.Of(view with { Show = PayShow.NoLine }, call.Languages);
                using var first = asking.Live.Enter();
                await Begin(view.Case!, digest!, form, fresh, cancel);
                return SeeOther(call);
            }
        }
        finally
        {
            if (MemoryMarshal.TryGetArray(call.Body, out var typed))
                CryptographicOperations.ZeroMemory(typed.AsSpan());
        }
    }

    private async Task<(PayView View, string? Digest)> Find(Call call, CancellationToken cancel)
    {
        if (limits.IsBarred(call.Address))
            return (new PayView(PayShow.TooOften), null);
        if (!LinkToken.TryRead(call.Route("token"), out var terminal, out var digest)
            || await tables.Get(TableNames.Terminal, terminal, LinkToken.KeyOf(digest), cancel)
                is not { } leads
            || await tables.Get(
                TableNames.Terminal, terminal, RecoveryCase.KeyOf(Id.Parse(leads.Text("payment"))), cancel)
                is not { } row)
            return (new PayView(
                limits.MayMiss(call.Address) ? PayShow.Unknown : PayShow.TooOften), null);
        var known = RecoveryCase.From(row);
        return (PayView.Of(known, digest, time.GetUtcNow()) with
        {
            Merchant = await merchants.Find(known.Merchant, cancel),
            Store = await stores.Find(known.Store, cancel),
        }, digest);
    }

    /// <summary>What a terminal would refuse offline is not asked for here either.</summary>
    private async Task<bool> IsDenied(Merchant? merchant, Pan pan, CancellationToken cancel) =>
        merchant is not null && await denied.Holds(
            merchant.Id, Convert.ToHexStringLower(CardTag.Deny(merchant.DenyTagKey, pan.RevealPanBytes())),
            cancel);

    private async Task<PaymentRow> Compose(RecoveryCase known, PayForm form, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var lost = await store.Find(known.Terminal, known.Payment, cancel)
            ?? throw new RowShapeException($"Payment {known.Payment} of a case is gone.");
        var fresh = new PaymentRow
        {
            Terminal = lost.Terminal,
            Payment = RecoverPayment.IdOf(known.Payment, form.Try, OriginKind.Link),
            Facts = lost.Facts! with
            {
                SealedDigest = null, AttemptAt = now.ToOffset(lost.Facts!.AttemptAt.Offset),
                Scheme = form.Pan.Scheme, Mode = EntryMode.ECommerce, LastFour = form.Pan.LastFour,
            },
            // What the other card says of itself is not known of this one.
            Accepted = lost.Accepted! with { Card = default },
            ReferenceUntil = now.AddDays(options.ReferenceDays),
            Origin = new PaymentOrigin(OriginKind.Link, lost.Payment, form.Try),
        };
        fresh = fresh with { Reference = vault.SealReference(fresh, form.Pan, form.Expiry) };
        return fresh.Advance(
            PaymentState.Pending, now, $"paid by link, card {form.Try}", PaymentEvent.Customer);
    }

    private async Task Begin(
        RecoveryCase known, string digest, PayForm form, PaymentRow fresh, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await Attempts.UntilCommitted(async () =>
        {
            var key = RecoveryCase.KeyOf(known.Payment);
            var row = await tables.Get(TableNames.Terminal, known.Terminal, key, cancel);
            // Paid, begun, withdrawn or written off since the page was read: then nothing is charged.
            if (row is null || RecoveryCase.From(row) is not { } current
                || PayView.Of(current, digest, now) is not { Show: PayShow.Form } shown
                || shown.Try != form.Try)
                return true;
            using var turn = await store.Turn(known.Terminal, cancel);
            var begun = current.BeginByLink(fresh.Payment, form.Pan.LastFour, now);
            return await store.Commit(
                null,
                PaymentChange.ToOwing(fresh) with { Beside = [Change.Replace(begun.ToRow(row.ETag))] },
                cancel);
        });
    }

    /// <summary>To the page itself, so that reloading it posts nothing.</summary>
    private static Answer SeeOther(Call call) =>
        new(StatusCodes.Status303SeeOther, "text/plain; charset=utf-8", ReadOnlyMemory<byte>.Empty)
        {
            Headers = [.. PayPage.Guards, ("Location", call.Route("token"))],
        };
}
