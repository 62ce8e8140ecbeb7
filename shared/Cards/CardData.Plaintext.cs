using System.Security.Cryptography;
using System.Text;
using CloudPos.Tlv;

namespace CloudPos.Cards;

/// <summary>
/// The bytes that are sealed: data objects with EMV's own tags, and three of ours. Zeros behind them are
/// padding, so the sealing may fill up. A version that is not known is refused.
/// </summary>
public sealed partial class CardData
{
    private const uint Version_C1 = 0xC1;
    private const uint EntryMode_C2 = 0xC2;
    private const uint ChipTlv_C3 = 0xC3;
    private const byte PlaintextVersion = 1;

    /// <summary>The clear card for the sealing call. The caller zeroes it.</summary>
    public byte[] ToPlaintext() => Write(whole: true);

    /// <summary>
    /// Number, expiry, sequence and entry mode alone: what may be kept after the issuer has answered, for
    /// retry, reversal and refund. Track and chip data are left out (PCI DSS 3.3.1). The caller zeroes it.
    /// </summary>
    public byte[] ToReferencePlaintext() => Write(whole: false);

    private byte[] Write(bool whole)
    {
        var clear = new List<byte[]>();
        try
        {
            var nodes = new List<TlvNode>
            {
                new(Version_C1, new[] { PlaintextVersion }),
                new(EntryMode_C2, new[] { (byte)EntryMode }),
            };
            if (whole && Track2 is not null)
            {
                clear.Add(Track2.RevealTag57());
                nodes.Add(new(EmvTags.Track2Equivalent_57, clear[^1]));
            }
            else
            {
                clear.Add(PackCn(Pan.RevealPanBytes()));
                nodes.Add(new(EmvTags.Pan_5A, clear[^1]));
                clear.Add(PackCn(Encoding.ASCII.GetBytes(Expiry.RevealYymm() + "01")));
                nodes.Add(new(EmvTags.ExpirationDate_5F24, clear[^1]));
                if (whole && ServiceCode is { } code)
                    nodes.Add(new(EmvTags.ServiceCode_5F30,
                        PackCn(Encoding.ASCII.GetBytes("0" + code.RevealDigits()))));
            }
            if (Aid is not null)
                nodes.Add(new(EmvTags.ApplicationIdentifier_4F, Aid));
            if (ApplicationLabel is not null)
                nodes.Add(new(EmvTags.ApplicationLabel_50, Encoding.ASCII.GetBytes(ApplicationLabel)));
            if (PanSequence is { } sequence)
                nodes.Add(new(EmvTags.PanSequenceNumber_5F34,
                    new[] { (byte)(sequence / 10 << 4 | sequence % 10) }));
            if (whole && ChipTlv.Length > 0)
                nodes.Add(new(ChipTlv_C3, ChipTlv));
            return TlvWriter.Write(nodes);
        }
        finally
        {
            foreach (var bytes in clear)
                CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public static CardDataResult TryParsePlaintext(ReadOnlySpan<byte> plaintext)
    {
        var copy = GC.AllocateUninitializedArray<byte>(plaintext.Length, pinned: true);
        plaintext.CopyTo(copy);
        try
        {
            var read = TlvReader.TryRead(copy);
            if (!read.IsValid)
                return new(null, CardDataFault.Tlv, read.Offset) { Tlv = read.Fault };
            if (TlvNode.Find(read.Nodes, Version_C1) is not { Value.Length: 1 } version
                || version.Value.Span[0] != PlaintextVersion)
                return new(null, CardDataFault.VersionUnknown, 0);
            if (TlvNode.Find(read.Nodes, EntryMode_C2) is not { Value.Length: 1 } mode
                || mode.Value.Span[0] is < (int)EntryMode.Chip or > (int)EntryMode.Manual)
                return new(null, CardDataFault.EntryModeInvalid, 0);
            var chipTlv = TlvNode.Find(read.Nodes, ChipTlv_C3)?.Value ?? ReadOnlyMemory<byte>.Empty;
            if (chipTlv.Length > ChipTlvLengthMax)
                return new(null, CardDataFault.ChipTlvTooLong, 0);
            var own = GC.AllocateUninitializedArray<byte>(chipTlv.Length, pinned: true);
            chipTlv.CopyTo(own);
            return new CardDataReader(read.Nodes).Read((EntryMode)mode.Value.Span[0], own);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    private static byte[] PackCn(ReadOnlySpan<byte> asciiDigits)
    {
        var packed = GC.AllocateUninitializedArray<byte>((asciiDigits.Length + 1) / 2, pinned: true);
        for (var i = 0; i < packed.Length; i++)
        {
            var low = 2 * i + 1 < asciiDigits.Length ? asciiDigits[2 * i + 1] - '0' : 0x0F;
            packed[i] = (byte)(asciiDigits[2 * i] - '0' << 4 | low);
        }
        return packed;
    }
}
