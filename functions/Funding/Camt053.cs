using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using CloudPos.Cards;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Funding;

/// <summary>
/// Reads a bank statement by ISO 20022 camt.053, of any version: names are compared without their namespace.
/// The file comes from outside, so no DTD is processed (no entity is expanded or fetched), size and number of
/// entries are bounded, and an ill-formed file counts for nothing: what stands before the damage may be
/// damaged too. Entries that are not booked yet are left out; they come again.
/// </summary>
internal static class Camt053
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = BankStatement.BytesMax,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    };

    public static BankStatement Read(ReadOnlyMemory<byte> file)
    {
        var (entries, faults) = (new List<BankEntry>(), new List<FileFault>());
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(file.ToArray()), Settings);
            var (account, isCamt) = ("", false);
            reader.MoveToContent();
            while (!reader.EOF)
            {
                if (reader.Depth > 64)
                    return BankStatement.Refuse(LineOf(reader), "The file is nested too deeply.");
                if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "Document")
                    isCamt = reader.NamespaceURI.Contains("camt.053", StringComparison.Ordinal);
                if (reader.NodeType == XmlNodeType.Element && isCamt && reader.LocalName is "Acct" or "Ntry")
                {
                    // The reader goes on behind the element by itself.
                    var line = LineOf(reader);
                    var element = (XElement)XNode.ReadFrom(reader);
                    if (element.Name.LocalName == "Acct")
                        account = Text(element, "Id", "IBAN") ?? Text(element, "Id", "Othr", "Id") ?? "";
                    else if (entries.Count >= BankStatement.EntriesMax)
                        return BankStatement.Refuse(
                            line, $"A file holds at most {BankStatement.EntriesMax} entries; split it.");
                    else
                        Add(element, account, line, entries, faults);
                    continue;
                }
                reader.Read();
            }
            return isCamt
                ? new BankStatement(entries, faults)
                : BankStatement.Refuse(1, "This is no camt.053 document.");
        }
        catch (XmlException wrong)
        {
            return BankStatement.Refuse(
                Math.Max(1, wrong.LineNumber),
                "The XML is damaged here, or in another encoding than it says; nothing was entered. "
                + "Fetch the statement from the bank again.");
        }
    }

    private static void Add(
        XElement entry, string account, int line, List<BankEntry> entries, List<FileFault> faults)
    {
        var status = Text(entry, "Sts", "Cd") ?? Text(entry, "Sts");
        if (status is not (null or "BOOK"))
            return;
        if (Fault(entry, out var booked, out var amount) is { } fault)
        {
            faults.Add(new FileFault(line, fault));
            return;
        }
        var parts = Named(entry, "NtryDtls").SelectMany(details => Named(details, "TxDtls")).ToList();
        var texts = Cut(Told(entry));
        var reference = Cut(Text(entry, "AcctSvcrRef") ?? Text(entry, "NtryRef") ?? "");
        entries.Add(new BankEntry(line, booked, amount, Cut(account), reference,
            parts.Count > 1 ? Cut($"{parts.Count} payments: {texts}") : texts));
    }

    private static string? Fault(XElement entry, out DateOnly booked, out Money amount)
    {
        (booked, amount) = (default, default);
        var value = Named(entry, "Amt").FirstOrDefault();
        var code = value?.Attribute("Ccy")?.Value;
        if (!Currency.TryParse(code, out var currency))
            return $"The currency '{Listing.Short(code ?? "")}' is not known here.";
        if (!CsvText.TryAmount(value!.Value, currency, '.', out amount) || amount.Minor < 0)
            return $"'{Listing.Short(value.Value)}' is no amount of {currency.Code}.";
        var date = Text(entry, "BookgDt", "Dt") ?? Text(entry, "BookgDt", "DtTm")
            ?? Text(entry, "ValDt", "Dt");
        if (!DateOnly.TryParseExact(
            (date ?? "").Length >= 10 ? date![..10] : "", "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out booked))
            return "It has no booking date.";
        var mark = Text(entry, "CdtDbtInd");
        if (mark is not ("CRDT" or "DBIT"))
            return "It says neither CRDT nor DBIT.";
        var isReversal = Text(entry, "RvslInd") is "true" or "1";
        // A reversed credit is told as a debit by some banks and by its flag by others (ISO 20022: the mark
        // is that of the entry itself).
        amount = mark == "CRDT" ? amount : -amount;
        return isReversal && amount.Minor > 0
            ? "It is marked as a reversal and as a credit; look at it."
            : null;
    }

    /// <summary>Everything in the entry that a payer may have written his reference into.</summary>
    private static string Told(XElement entry) => string.Join(' ', entry.Descendants()
        .Where(element => !element.HasElements
            && element.Name.LocalName is "Ustrd" or "EndToEndId" or "Ref" or "AddtlNtryInf" or "AddtlTxInf"
                or "Nm")
        .Select(element => element.Value.Trim()).Where(text => text.Length > 0 && text != "NOTPROVIDED")
        .Take(50));

    private static IEnumerable<XElement> Named(XElement parent, string name) =>
        parent.Elements().Where(element => element.Name.LocalName == name);

    private static string? Text(XElement parent, params ReadOnlySpan<string> path)
    {
        XElement? at = parent;
        foreach (var name in path)
        {
            var step = name;
            at = at?.Elements().FirstOrDefault(element => element.Name.LocalName == step);
        }
        return at?.HasElements == false ? at.Value.Trim() : null;
    }

    /// <summary>What comes from outside may hold a card number; none is kept.</summary>
    internal static string Cut(string text)
    {
        var clean = CardScrubber.Mask(text);
        return clean.Length <= BankStatement.TextLengthMax ? clean : clean[..BankStatement.TextLengthMax];
    }

    private static int LineOf(XmlReader reader) => (reader as IXmlLineInfo)?.LineNumber ?? 0;
}
