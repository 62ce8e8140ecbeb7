using System.Security.Cryptography;

namespace CloudPos.Crypto;

/// <summary>
/// The dear half of sealing one card, done before there is a card: an ephemeral key, its agreement with the
/// back office's key, and what is derived of both for one merchant and terminal. It seals once and opens
/// nothing: what it holds is the key of a card that has not been read yet, and is zeroed when it is used or
/// disposed. Not safe for use by several threads.
/// </summary>
public sealed class PreparedSeal : IDisposable
{
    private readonly SealingPublicKey _key;
    private readonly byte[] _info;
    private readonly byte[] _header = new byte[SealedCard.HeaderSize];
    private readonly HpkeSender _sender;
    private bool _isUsed;

    /// <param name="context">Of its values purpose, merchant and terminal count.</param>
    public PreparedSeal(SealingPublicKey key, SealContext context)
    {
        (_key, _info) = (key, context.Info());
        SealedCard.WriteHeader(key, _header);
        _sender = Hpke.SetupSender(
            SealedCard.Aead, key.Span, _info, _header.AsSpan(SealedCard.KeyAt, Hpke.KeySize));
    }

    /// <summary>Whether it was made for this key, purpose, merchant and terminal.</summary>
    public bool Fits(SealingPublicKey key, SealContext context) =>
        key.Equals(_key) && context.Info().AsSpan().SequenceEqual(_info);

    /// <summary>Seals the plaintext, once. The caller zeroes its plaintext.</summary>
    /// <exception cref="ArgumentException">The plaintext is longer than <see
    /// cref="SealedCard.PlaintextLengthMax"/>, or it was prepared for something else.</exception>
    public byte[] Seal(SealContext context, ReadOnlySpan<byte> plaintext)
    {
        if (_isUsed)
            throw new InvalidOperationException("One exchange seals one card.");
        if (!Fits(_key, context))
            throw new ArgumentException("It was prepared for another terminal or purpose.", nameof(context));
        var padded = SealedCard.Pad(plaintext);
        try
        {
            return [.. _header, .. _sender.Seal(context.AssociatedData(), padded)];
        }
        finally
        {
            _isUsed = true;
            CryptographicOperations.ZeroMemory(padded);
            _sender.Dispose();
        }
    }

    public void Dispose()
    {
        _isUsed = true;
        _sender.Dispose();
    }
}
