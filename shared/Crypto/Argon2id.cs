using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace CloudPos.Crypto;

/// <summary>What a derivation costs: memory in KiB, passes over it, and lanes.</summary>
public readonly record struct Argon2Cost(int MemoryKiB, int Passes, int Lanes);

/// <summary>Argon2id of RFC 9106, version 0x13: slow and large on purpose. Tests prove it with the RFC's
/// vector.</summary>
internal static class Argon2id
{
    /// <param name="secret">A key beside the salt, which is stored elsewhere; empty for none.</param>
    public static byte[] Derive(
        ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, int length,
        byte[] secret, byte[] associated)
    {
        var parameters = new Argon2Parameters.Builder(Argon2Parameters.Argon2id)
            .WithVersion(Argon2Parameters.Version13)
            .WithMemoryAsKB(cost.MemoryKiB).WithIterations(cost.Passes).WithParallelism(cost.Lanes)
            .WithSalt(salt.ToArray()).WithSecret(secret).WithAdditional(associated)
            .Build();
        var generator = new Argon2BytesGenerator();
        generator.Init(parameters);
        var copy = password.ToArray();
        try
        {
            var derived = new byte[length];
            generator.GenerateBytes(copy, derived, 0, length);
            return derived;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }
}
