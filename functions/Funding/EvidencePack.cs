using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Funding;

/// <summary>What an evidence pack says in one file for machines.</summary>
/// <param name="SealedDigest">Of the sealed card, as the attempt's entry holds it.</param>
/// <param name="Decision">Of the offline policy; null for a payment that the issuer approved at once.</param>
/// <param name="EntryHash">Of the sale's entry; the entry itself lies beside as its bytes.</param>
/// <param name="Acknowledgement">Signed by the back office: it has taken over this very entry.</param>
internal sealed record Evidence(
    Chargeback Case, string ReceiptNumber, string Scheme, string LastFour, string EntryMode,
    string Approval, string? AuthorisationCode, string? RetrievalReference, string? ResponseCode,
    string? SealedDigest, Decision? Decision, Money Amount, DateTimeOffset AttemptAt, string State,
    IReadOnlyList<string> History, string? Batch, string? BatchDigest, string Journal, long EntryNumber,
    string EntryHash, string Acknowledgement);

/// <summary>
/// The evidence pack of a chargeback: a ZIP with the receipt, the sale's entry as it was signed and stored,
/// the decision, the sealed digest, and the signed acknowledgement. It holds no card number: none is known
/// here in clear.
/// </summary>
internal sealed class EvidencePack(
    TablePort tables, Chargebacks chargebacks, ReceiptSource receipts, StoredEntries entries,
    JournalHeads heads, Terminals terminals, ClearingBatches batches)
{
    private static readonly DateTimeOffset ZipEpoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>GET /api/backoffice/chargebacks/{merchant}/{currency}/{case}/evidence</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Currency.TryParse(call.Route("currency"), out var currency)
            || await chargebacks.Find(
                call.Route("merchant"), currency, call.Route("case"), cancel) is not { } known)
            return Answer.NotFound("such case");
        var row = await tables.Get(
            TableNames.Terminal, known.Terminal, PaymentRowCodec.KeyOf(known.Payment), cancel);
        var payment = PaymentRowCodec.From(row!);
        if (await receipts.FindSale(known.Terminal, payment.Facts!.Sale, cancel) is not { } sale
            || await entries.Find(
                new JournalId(known.Terminal, sale.Epoch), sale.Number, cancel) is not { } stored)
            return Answer.NotFound("sale of this payment yet; it has not arrived");
        var evidence = await Of(known, payment, sale, stored, cancel);
        return new Answer(
            StatusCodes.Status200OK, "application/zip", await Zip(evidence, sale, stored, cancel));
    }

    private async Task<Evidence> Of(
        Chargeback known, PaymentRow payment, SaleRow sale, StoredEntry stored, CancellationToken cancel)
    {
        var (facts, journal) = (payment.Facts!, new JournalId(known.Terminal, sale.Epoch));
        var card = sale.Tenders.Select(tender => tender.Payment)
            .FirstOrDefault(paid => paid?.Payment == payment.Payment);
        var standing = (await terminals.Find(known.Terminal, cancel))?.Standing ?? TerminalStanding.Active;
        var head = await heads.Find(journal, cancel);
        var batch = payment.Batch is { } name && BatchId.TryParse(name, out var id)
            ? await batches.FindHead(id!, cancel)
            : null;
        return new Evidence(
            known, sale.ReceiptNumber, $"{facts.Scheme}", facts.LastFour, $"{facts.Mode}",
            $"{payment.Accepted?.Approval}", payment.Answer?.AuthorisationCode,
            payment.Asked?.RetrievalReference, payment.Answer?.ResponseCode, facts.SealedDigest,
            card?.Decision, facts.Amount, facts.AttemptAt, $"{payment.State}",
            [.. payment.History.Select(line => $"{line.At:O} {line.State} by {line.By}: {line.Why}")],
            payment.Batch, batch?.Digest, $"{journal}", sale.Number, $"{EntryHash.Of(stored.Bytes.Span)}",
            // Of this very entry: from the newest one nothing in the pack would lead to it.
            head is null ? "" : heads.Acknowledge(
                head with { Number = sale.Number, Hash = EntryHash.Of(stored.Bytes.Span) }, standing));
    }

    private async Task<byte[]> Zip(
        Evidence evidence, SaleRow sale, StoredEntry stored, CancellationToken cancel)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "evidence.json", JsonSerializer.SerializeToUtf8Bytes(
                evidence, LedgerJson.Default.Evidence));
            Add(zip, "evidence.html", Encoding.UTF8.GetBytes(Page(evidence)));
            Add(zip, "entry.bin", stored.Bytes.ToArray());
            Add(zip, "acknowledgement.jws", Encoding.ASCII.GetBytes(evidence.Acknowledgement));
            var (receipt, _) = await receipts.Compose(
                new MailRow(sale.Terminal, sale.Sale, sale.ReceiptNumber, null), cancel);
            if (receipt is not null)
                Add(zip, "receipt.html", Encoding.UTF8.GetBytes(ReceiptHtml.Of(receipt)));
        }
        return stream.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        var entry = zip.CreateEntry(name);
        // The same evidence gives the same bytes, so two copies can be compared.
        entry.LastWriteTime = ZipEpoch;
        using var into = entry.Open();
        into.Write(content);
    }

    private static string Page(Evidence evidence)
    {
        var table = new TableBlock("The payment", ["", "What is known"])
            .Row("Receipt", evidence.ReceiptNumber)
            .Row("Amount", evidence.Amount.ToString())
            .Row("Card", $"{evidence.Scheme}, ends in {evidence.LastFour}, {evidence.EntryMode}")
            .Row("Accepted", evidence.Approval)
            .Row("Authorisation code", evidence.AuthorisationCode ?? "none")
            .Row("Retrieval reference", evidence.RetrievalReference ?? "none")
            .Row("Digest of the sealed card", evidence.SealedDigest ?? "none")
            .Row("Decision offline", evidence.Decision is { } decision
                ? $"{decision.Reason}, by version {decision.PolicyVersion} of the policy"
                : "none: approved by the issuer")
            .Row("Clearing batch", evidence.Batch ?? "none")
            .Row("Digest of the batch", evidence.BatchDigest ?? "none")
            .Row("Journal entry", $"{evidence.Journal}, number {evidence.EntryNumber}")
            .Row("Hash of the entry", evidence.EntryHash)
            .Row("Acknowledged", evidence.Acknowledgement.Length > 0
                ? "taken over by the back office with this hash, signed (ES256)"
                : "no: the journal is not open");
        var title = $"Evidence for case {evidence.Case.Case}";
        return HtmlBlocks.Page(title, title,
            [
                $"Charged back: {new Money(evidence.Case.AmountMinor, evidence.Amount.Currency)}, received "
                + $"{Printed.Date(evidence.Case.ReceivedOn)}. Reason given: {evidence.Case.Reason}",
                "Beside this page: receipt.html; entry.bin, the sale's journal entry as the terminal wrote "
                + "and sent it; acknowledgement.jws, which names that entry by its number and hash.",
                "The hash is SHA-256 over the text cloudpos/entry/1, a zero byte, and entry.bin.",
            ],
            [table, new Heading("What happened"), new Bullets(evidence.History)]);
    }
}
