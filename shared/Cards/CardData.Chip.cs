using System.Security.Cryptography;
using CloudPos.Tlv;

namespace CloudPos.Cards;

public sealed partial class CardData
{
    /// <summary>Bytes that field 55 holds.</summary>
    public const int ChipTlvLengthMax = 255;

    /// <summary>What an issuer needs to check a cryptogram, in the order in which it is sent.</summary>
    private static readonly uint[] ChipTags =
    [
        EmvTags.Cryptogram_9F26, EmvTags.CryptogramInformation_9F27, EmvTags.IssuerApplicationData_9F10,
        EmvTags.UnpredictableNumber_9F37, EmvTags.TransactionCounter_9F36,
        EmvTags.TerminalVerificationResults_95,
        EmvTags.TransactionDate_9A, EmvTags.TransactionType_9C, EmvTags.AmountAuthorised_9F02,
        EmvTags.TransactionCurrency_5F2A, EmvTags.ApplicationInterchangeProfile_82,
        EmvTags.TerminalCountry_9F1A,
        EmvTags.AmountOther_9F03, EmvTags.TerminalCapabilities_9F33, EmvTags.CardholderVerification_9F34,
        EmvTags.TerminalType_9F35, EmvTags.DedicatedFileName_84, EmvTags.PanSequenceNumber_5F34,
    ];

    private static readonly uint[] ContactlessTags =
        [EmvTags.FormFactor_9F6E, EmvTags.CustomerExclusiveData_9F7C];

    /// <summary>
    /// Reads a card from the data objects that a chip gave, in whatever templates they lie: number and expiry
    /// from tag 57, or from 5A and 5F24; where both are there they must agree. Tags that field 55 wants are
    /// copied, the rest is left behind.
    /// </summary>
    public static CardDataResult TryFromChip(ReadOnlySpan<byte> tlv, EntryMode entryMode)
    {
        if (entryMode is not (EntryMode.Chip or EntryMode.Contactless))
            return new(null, CardDataFault.EntryModeInvalid, 0);
        var copy = GC.AllocateUninitializedArray<byte>(tlv.Length, pinned: true);
        tlv.CopyTo(copy);
        try
        {
            var read = TlvReader.TryRead(copy);
            if (!read.IsValid)
                return new(null, CardDataFault.Tlv, read.Offset) { Tlv = read.Fault };
            var chipTlv = CollectChipTlv(read.Nodes, entryMode);
            if (chipTlv.Length <= ChipTlvLengthMax)
                return new CardDataReader(read.Nodes).Read(entryMode, chipTlv);
            CryptographicOperations.ZeroMemory(chipTlv);
            return new(null, CardDataFault.ChipTlvTooLong, 0);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    private static byte[] CollectChipTlv(IReadOnlyList<TlvNode> nodes, EntryMode entryMode)
    {
        var collected = new List<TlvNode>();
        foreach (var tag in entryMode == EntryMode.Contactless ? [.. ChipTags, .. ContactlessTags] : ChipTags)
        {
            if (FindOwn(nodes, tag) is { } node)
                collected.Add(node);
        }
        return TlvWriter.Write(collected);
    }

    /// <summary>
    /// The first object of that tag; for tag 84 the first that names an application and not the list of
    /// applications (1PAY.SYS.DDF01 and 2PAY.SYS.DDF01; EMV Book 1, 12.2).
    /// </summary>
    private static TlvNode? FindOwn(IReadOnlyList<TlvNode> nodes, uint tag)
    {
        foreach (var node in nodes)
        {
            var found = node.IsConstructed ? FindOwn(node.Children, tag) : node.Tag == tag ? node : null;
            if (found is not null && !(tag == EmvTags.DedicatedFileName_84 && IsDirectory(found.Value.Span)))
                return found;
        }
        return null;
    }

    private static bool IsDirectory(ReadOnlySpan<byte> name) =>
        name.Length > 0 && name[1..].StartsWith("PAY.SYS.DDF01"u8);
}
