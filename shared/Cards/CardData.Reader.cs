using System.Security.Cryptography;
using System.Text;
using CloudPos.Tlv;

namespace CloudPos.Cards;

public sealed partial class CardData
{
    /// <summary>
    /// Builds a card from its data objects. Whatever it made is disposed when a later part is refused.
    /// </summary>
    private sealed class CardDataReader(IReadOnlyList<TlvNode> nodes)
    {
        private Track2? _track2;
        private Pan? _pan;
        private Expiry _expiry;
        private ServiceCode? _serviceCode;
        private byte[]? _aid;
        private int? _panSequence;

        /// <summary>Takes over the chip's objects for field 55.</summary>
        public CardDataResult Read(EntryMode entryMode, byte[] chipTlv)
        {
            var fault = ReadTrack2() ?? ReadPan() ?? ReadExpiry() ?? ReadServiceCode() ?? ReadAid()
                ?? ReadPanSequence();
            if (fault is null && _pan is not null)
            {
                return new(new CardData(entryMode, _track2, _pan, _expiry, chipTlv)
                {
                    ServiceCode = _serviceCode,
                    Aid = _aid,
                    ApplicationLabel = ReadLabel(),
                    PanSequence = _panSequence,
                }, CardDataFault.None, 0);
            }
            CryptographicOperations.ZeroMemory(chipTlv);
            _track2?.Dispose();
            _pan?.Dispose();
            return fault ?? new(null, CardDataFault.PanMissing, 0);
        }

        private CardDataResult? ReadTrack2()
        {
            if (FindOwn(nodes, EmvTags.Track2Equivalent_57) is not { } node)
                return null;
            var read = Track2.TryParseTag57(node.Value.Span);
            _track2 = read.Value;
            return read.IsValid ? null : new(null, CardDataFault.Track2, node.Offset) { Track2 = read.Fault };
        }

        private CardDataResult? ReadPan()
        {
            _pan = _track2?.Pan;
            if (FindOwn(nodes, EmvTags.Pan_5A) is not { } node)
                return _pan is null ? new(null, CardDataFault.PanMissing, 0) : null;
            Span<byte> digits = stackalloc byte[Pan.LengthMax + 1];
            try
            {
                if (!TryUnpackCn(node.Value.Span, digits, out var length)
                    || !Pan.TryParse(digits[..length], out var pan))
                    return new(null, CardDataFault.PanInvalid, node.Offset);
                if (_pan is null)
                {
                    _pan = pan;
                    return null;
                }
                var same = CryptographicOperations.FixedTimeEquals(
                    _pan.RevealPanBytes(), pan.RevealPanBytes());
                pan.Dispose();
                return same ? null : new(null, CardDataFault.Contradiction, node.Offset);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(digits);
            }
        }

        private CardDataResult? ReadExpiry()
        {
            _expiry = _track2?.Expiry ?? default;
            if (FindOwn(nodes, EmvTags.ExpirationDate_5F24) is not { } node)
                return _track2 is null ? new(null, CardDataFault.ExpiryMissing, 0) : null;
            // YYMMDD, of which the day is not used: a card is good through its last month.
            Span<byte> digits = stackalloc byte[6];
            if (node.Value.Length != 3 || !TryUnpackCn(node.Value.Span, digits, out var length) || length != 6
                || !Expiry.TryParseYymm(digits[..4], out var expiry))
                return new(null, CardDataFault.ExpiryInvalid, node.Offset);
            if (_track2 is not null && _expiry != expiry)
                return new(null, CardDataFault.Contradiction, node.Offset);
            _expiry = expiry;
            return null;
        }

        private CardDataResult? ReadServiceCode()
        {
            _serviceCode = _track2?.ServiceCode;
            if (_track2 is not null || FindOwn(nodes, EmvTags.ServiceCode_5F30) is not { } node)
                return null;
            Span<byte> digits = stackalloc byte[4];
            if (node.Value.Length != 2 || !TryUnpackCn(node.Value.Span, digits, out var length) || length != 4
                || digits[0] != (byte)'0' || !Cards.ServiceCode.TryParse(digits[1..], out var code))
                return new(null, CardDataFault.ServiceCodeInvalid, node.Offset);
            _serviceCode = code;
            return null;
        }

        private CardDataResult? ReadAid()
        {
            var node = FindOwn(nodes, EmvTags.ApplicationIdentifier_4F)
                ?? FindOwn(nodes, EmvTags.DedicatedFileName_84);
            if (node is null)
                return null;
            _aid = node.Value.ToArray();
            return _aid.Length is >= 5 and <= 16 ? null : new(null, CardDataFault.AidInvalid, node.Offset);
        }

        private CardDataResult? ReadPanSequence()
        {
            if (FindOwn(nodes, EmvTags.PanSequenceNumber_5F34) is not { } node)
                return null;
            var value = node.Value.Span;
            if (value.Length != 1 || value[0] >> 4 > 9 || (value[0] & 0x0F) > 9)
                return new(null, CardDataFault.PanSequenceInvalid, node.Offset);
            _panSequence = (value[0] >> 4) * 10 + (value[0] & 0x0F);
            return null;
        }

        private string? ReadLabel()
        {
            if (FindOwn(nodes, EmvTags.ApplicationLabel_50) is not { Value.Length: > 0 and <= 16 } node
                || node.Value.Span.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) >= 0)
                return null;
            return Encoding.ASCII.GetString(node.Value.Span).TrimEnd();
        }

        /// <summary>Binary coded decimals with F as padding at the end become ASCII digits.</summary>
        private static bool TryUnpackCn(ReadOnlySpan<byte> value, Span<byte> digits, out int length)
        {
            length = 0;
            var padding = false;
            for (var i = 0; i < value.Length * 2; i++)
            {
                var nibble = i % 2 == 0 ? value[i / 2] >> 4 : value[i / 2] & 0x0F;
                padding |= nibble == 0x0F;
                if (padding && nibble == 0x0F)
                    continue;
                if (padding || nibble > 9 || length == digits.Length)
                    return false;
                digits[length++] = (byte)('0' + nibble);
            }
            return true;
        }
    }
}
