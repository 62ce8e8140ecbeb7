using System.Text.RegularExpressions;

namespace CloudPos.Functions.Vault;

/// <summary>A key vault in Azure, or its double on loopback; both over https. Immutable.</summary>
internal sealed partial class VaultAddress
{
    /// <summary>What <see cref="Parse"/> takes, for people.</summary>
    public const string Shape = "https://NAME.vault.azure.net/, or https://127.0.0.1:PORT/ for its double";

    private VaultAddress(Uri uri) => Uri = uri;

    public Uri Uri { get; }

    public static VaultAddress? Parse(string text) =>
        VaultUrl().IsMatch(text)
        || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.IsLoopback)
            ? new VaultAddress(new Uri(text))
            : null;

    public override string ToString() => Uri.ToString();

    [GeneratedRegex(@"^https://[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]\.vault\.azure\.net/?$")]
    private static partial Regex VaultUrl();
}
