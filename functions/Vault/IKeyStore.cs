namespace CloudPos.Functions.Vault;

/// <summary>What a key is for. The name, in lower case, is part of the key's name in the store.</summary>
internal enum KeyKind
{
    /// <summary>Signs the list of the others. Terminals learn it at enrolment, so there is one for
    /// good.</summary>
    Root = 1,

    /// <summary>Signs acknowledgements.</summary>
    Acknowledgement = 2,

    /// <summary>Opens the cards that terminals seal.</summary>
    Sealing = 3,

    /// <summary>Opens what is kept of a card after its answer.</summary>
    Reference = 4,
}

/// <summary>A key in the store, without its secret.</summary>
/// <param name="Name">Unique, and never used again.</param>
internal sealed record KeptKey(string Name, KeyKind Kind, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    public bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time < NotAfter;
}

/// <summary>
/// Where private keys are kept: files of a development machine, or Azure Key Vault. A key is added whole and
/// never changed.
/// </summary>
internal interface IKeyStore
{
    Task<IReadOnlyList<KeptKey>> List(CancellationToken cancel);

    /// <summary>PKCS #8 of a signing key, 32 bytes of a sealing key. The caller zeroes them.</summary>
    Task<byte[]> Read(KeptKey key, CancellationToken cancel);

    Task Add(KeptKey key, ReadOnlyMemory<byte> secret, CancellationToken cancel);

    /// <summary>From now on nobody can open with it.</summary>
    Task Delete(KeptKey key, CancellationToken cancel);
}

/// <summary>The store could not be asked, or what it holds does not fit together.</summary>
internal sealed class KeysUnavailableException(string message, Exception? inner = null)
    : Exception(message, inner);
