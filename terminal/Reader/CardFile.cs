using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudPos.Cards;

namespace CloudPos.Terminal.Reader;

/// <summary>
/// A scripted card: JSON with "name", "entryMode" (chip, contactless or swipe) and either "tlv", hex of the
/// data objects that the chip gives, or "track2", the stripe from ; to ?. What is read is kept in memory of
/// its own, never in strings, and zeroed by <see cref="Dispose"/>.
/// </summary>
internal sealed class CardFile : IDisposable
{
    public const int BytesMax = 16 * 1024;

    private byte[] _content = [];

    private CardFile()
    {
    }

    public string Name { get; private set; } = "card";

    public EntryMode Mode { get; private set; }

    /// <summary>ASCII of the hex digits or of the stripe; clear card data, valid until Dispose.</summary>
    public ReadOnlySpan<byte> Content => _content;

    public bool IsStripe => Mode == EntryMode.Swipe;

    /// <returns>The file, which the caller disposes, or null and a sentence that shows nothing of its
    /// content.</returns>
    public static CardFile? TryOpen(string path, out string fault)
    {
        var json = Array.Empty<byte>();
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > BytesMax)
            {
                fault = $"{path} is larger than a card file can be ({BytesMax} bytes).";
                return null;
            }
            json = GC.AllocateUninitializedArray<byte>((int)file.Length, pinned: true);
            file.ReadExactly(json);
            return TryRead(json, path, out fault);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            fault = $"{path} cannot be read as a card file: {failure.GetType().Name}.";
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_content);
        _content = [];
    }

    private static CardFile? TryRead(ReadOnlySpan<byte> json, string path, out string fault)
    {
        var card = new CardFile();
        try
        {
            fault = card.Fill(new Utf8JsonReader(json));
            if (fault.Length == 0)
                return card;
            fault = $"{path}: {fault}";
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            // Their messages may quote the text, so only the place is passed on.
            var line = (wrong as JsonException)?.LineNumber + 1;
            fault = $"{path} is no JSON of a card file{(line is null ? "" : $" (line {line})")}.";
        }
        card.Dispose();
        return null;
    }

    /// <returns>What is wrong, or an empty text.</returns>
    private string Fill(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return "a card file is one JSON object.";
        var hasTlv = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                return $"'{member}' is a text.";
            switch (member)
            {
                case "name":
                    Name = reader.GetString()!;
                    break;
                case "entryMode":
                    Mode = ModeOf(ref reader);
                    break;
                case "tlv" or "track2" when _content.Length == 0:
                    hasTlv = member == "tlv";
                    Take(ref reader);
                    break;
                default:
                    return $"'{member}' is not a member of a card file, or it is the second content.";
            }
        }
        if (Mode == EntryMode.Unknown)
            return "'entryMode' is chip, contactless or swipe.";
        if (_content.Length == 0)
            return "'tlv' or 'track2' is missing.";
        return hasTlv == IsStripe ? "a swipe has 'track2'; chip and contactless have 'tlv'." : "";
    }

    private static EntryMode ModeOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("chip"u8) ? EntryMode.Chip
        : reader.ValueTextEquals("contactless"u8) ? EntryMode.Contactless
        : reader.ValueTextEquals("swipe"u8) ? EntryMode.Swipe
        : EntryMode.Unknown;

    private void Take(ref Utf8JsonReader reader)
    {
        _content = GC.AllocateArray<byte>(checked((int)(reader.HasValueSequence
            ? reader.ValueSequence.Length
            : reader.ValueSpan.Length)), pinned: true);
        var length = reader.CopyString(_content);
        if (length < _content.Length)
        {
            var exact = GC.AllocateUninitializedArray<byte>(length, pinned: true);
            _content.AsSpan(0, length).CopyTo(exact);
            CryptographicOperations.ZeroMemory(_content);
            _content = exact;
        }
    }
}
