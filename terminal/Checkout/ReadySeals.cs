using CloudPos.Crypto;

namespace CloudPos.Terminal.Checkout;

/// <summary>
/// Keeps a few seals prepared, so that a card is sealed without the arithmetic that takes longest: each is
/// used once, those of another key are zeroed, and more are made in the background. From the second card on:
/// a program that takes a single card makes nothing in advance. Safe for use by several threads.
/// </summary>
internal sealed class ReadySeals : IDisposable
{
    /// <summary>So many wait at most, and half of them are used before more are made.</summary>
    public const int ReadyMax = 16;

    private readonly Lock _turn = new();
    private readonly Queue<PreparedSeal> _ready = new();
    private bool _isFilling;
    private bool _hasSealed;
    private bool _isDisposed;

    public byte[] Seal(SealingPublicKey key, SealContext context, ReadOnlySpan<byte> plaintext)
    {
        using var seal = Take(key, context) ?? new PreparedSeal(key, context);
        return seal.Seal(context, plaintext);
    }

    /// <summary>How many are ready now.</summary>
    public int Ready
    {
        get
        {
            lock (_turn)
                return _ready.Count;
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _isDisposed = true;
            Clear();
        }
    }

    private PreparedSeal? Take(SealingPublicKey key, SealContext context)
    {
        lock (_turn)
        {
            if (_ready.TryPeek(out var next) && !next.Fits(key, context))
                Clear();
            _ready.TryDequeue(out var taken);
            if (_hasSealed && !_isFilling && !_isDisposed && _ready.Count < ReadyMax / 2)
            {
                _isFilling = true;
                _ = Task.Run(() => Fill(key, context));
            }
            _hasSealed = true;
            return taken;
        }
    }

    private void Fill(SealingPublicKey key, SealContext context)
    {
        while (true)
        {
            var made = new PreparedSeal(key, context);
            lock (_turn)
            {
                // The key may have changed meanwhile: what is ready stays of one kind.
                if (_isDisposed || (_ready.TryPeek(out var next) && !next.Fits(key, context)))
                    made.Dispose();
                else
                    _ready.Enqueue(made);
                if (!_isDisposed && _ready.Count < ReadyMax)
                    continue;
                _isFilling = false;
                return;
            }
        }
    }

    private void Clear()
    {
        while (_ready.TryDequeue(out var seal))
            seal.Dispose();
    }
}
