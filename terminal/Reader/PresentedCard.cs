using System.Security.Cryptography;
using CloudPos.Cards;

namespace CloudPos.Terminal.Reader;

/// <summary>
/// The card that was swiped last at a reader that types (a keyboard wedge), until it pays, is forgotten, or a
/// minute has passed. It is kept in memory of its own that is zeroed, never in a string. Thread-safe.
/// </summary>
internal sealed class PresentedCard(TimeProvider time)
{
    /// <summary>All three tracks of ISO/IEC 7811 with their sentinels, and room for a reader's own.</summary>
    public const int KeystrokesMax = 512;

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private CardSource? _card;
    private long _since;

    /// <summary>Takes what the reader typed; the second track of it, from ; to ?.</summary>
    /// <param name="keystrokes">Zeroed by this call.</param>
    /// <returns>Null, or what is wrong with it, without a digit of it.</returns>
    public string? Present(Span<byte> keystrokes)
    {
        try
        {
            var start = keystrokes.IndexOf((byte)';');
            var length = start < 0 ? -1 : keystrokes[start..].IndexOf((byte)'?');
            if (length < 0)
                return "The stripe was not read to its end. Swipe again, a little faster.";
            var stripe = GC.AllocateUninitializedArray<char>(length + 1, pinned: true);
            for (var i = 0; i <= length; i++)
                stripe[i] = (char)keystrokes[start + i];
            using var track = Track2.TryParseText(stripe).Value;
            if (track is null)
            {
                Array.Clear(stripe);
                return "The stripe cannot be read. Swipe again, or take another card.";
            }
            Replace(CardSource.FromReader(stripe));
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keystrokes);
        }
    }

    /// <summary>The card, once; the caller forgets it.</summary>
    public CardSource? Take()
    {
        lock (_gate)
        {
            var card = _card;
            _card = null;
            if (card is null || time.GetElapsedTime(_since) <= KeptFor)
                return card;
            card.Forget();
            return null;
        }
    }

    public void Forget() => Replace(null);

    private void Replace(CardSource? card)
    {
        lock (_gate)
        {
            _card?.Forget();
            _card = card;
            _since = time.GetTimestamp();
        }
    }
}
