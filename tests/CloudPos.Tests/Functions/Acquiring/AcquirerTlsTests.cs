using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPos.Functions.Acquiring;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Functions.Acquiring;

/// <summary>The link over TLS to the simulated acquirer, on real sockets, with real certificates.</summary>
public sealed class AcquirerTlsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly TestFolder _folder = new();
    private readonly X509Certificate2 _ca = AcquirerCertificates.MakeCa("Bank", Now);
    private readonly X509Certificate2 _other = AcquirerCertificates.MakeCa("Somebody", Now);
    private readonly ListLogger<AcquirerLink> _log = new();
    private AcquirerHost? _acquirer;
    private AcquirerLink? _link;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_link is not null)
            await _link.DisposeAsync();
        if (_acquirer is not null)
            await _acquirer.DisposeAsync();
        _ca.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_payment_is_asked_for_over_the_secured_line()
    {
        await Acquirer(new(Issue(_ca, "127.0.0.1")));
        var link = await Up(new AcquirerTls(Pem(_ca)));

        using var answer = await Ask(link);

        Assert.Equal("00", answer.Message!.Get(39));
        Assert.StartsWith("Tls1", link.Tls, StringComparison.Ordinal);
        Assert.Null(link.Down);
    }

    [Fact]
    public async Task The_simulated_acquirer_makes_its_own_certificate_and_keeps_it()
    {
        await Acquirer(null, isSecured: true);
        var ca = await File.ReadAllTextAsync(Path.Combine(_folder.Path, AcquirerCertificates.CaFile));
        var port = _acquirer!.Address.Port;
        var link = await Up(new AcquirerTls(Path.Combine(_folder.Path, AcquirerCertificates.CaFile)));
        await _acquirer.DisposeAsync();
        await Until(() => !link.IsReady);

        await Acquirer(null, isSecured: true, port);

        await Until(() => link.IsReady);
        Assert.Equal(
            ca, await File.ReadAllTextAsync(Path.Combine(_folder.Path, AcquirerCertificates.CaFile)));
    }

    [Fact]
    public async Task A_certificate_of_another_CA_is_refused_and_nothing_is_sent()
    {
        await Acquirer(new(Issue(_other, "127.0.0.1")));
        await Refused(new AcquirerTls(Pem(_ca)), "does not come from the configured CA");
    }

    [Fact]
    public async Task Nor_does_the_system_trust_it()
    {
        await Acquirer(new(Issue(_other, "127.0.0.1")));
        await Refused(new AcquirerTls(), "does not come from a CA that this system trusts");
    }

    [Fact]
    public async Task A_certificate_for_somebody_else_is_refused_with_both_names()
    {
        await Acquirer(new(Issue(_ca, "other.example")));
        await Refused(
            new AcquirerTls(Pem(_ca), name: "bank.example"),
            "not made out to bank.example but to other.example");
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_refused_with_its_dates()
    {
        var from = Now.AddDays(-1);
        await Acquirer(new(AcquirerCertificates.Issue(_ca, ["127.0.0.1"], from, Now.AddMinutes(-5))));
        await Refused(new AcquirerTls(Pem(_ca)), "is not valid today");
    }

    [Fact]
    public async Task Another_key_than_the_pinned_one_is_refused_and_told()
    {
        var certificate = Issue(_ca, "127.0.0.1");
        await Acquirer(new(certificate));
        await Refused(new AcquirerTls(Pem(_ca), [new('0', 64)]), $"its SHA-256 is {PinOf(certificate)}");
    }

    [Fact]
    public async Task The_pinned_key_is_enough_whoever_issued_its_certificate()
    {
        var certificate = Issue(_other, "bank.example");
        await Acquirer(new(certificate));
        await Up(new AcquirerTls(pins: [PinOf(certificate).ToUpperInvariant()]));
    }

    [Fact]
    public async Task A_certificate_of_ours_is_shown_where_the_acquirer_demands_one()
    {
        await Acquirer(new(Issue(_ca, "127.0.0.1"), _other));
        using var own = Issue(_other, "shop.example");
        await Up(new AcquirerTls(
            Pem(_ca), certificate: Pem(own), key: own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public async Task Without_it_there_is_no_line()
    {
        await Acquirer(new(Issue(_ca, "127.0.0.1"), _other));
        await Refused(new AcquirerTls(Pem(_ca)), "");
    }

    [Fact]
    public async Task An_acquirer_that_speaks_no_TLS_gets_nothing()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var clock = new SilenceClock();
        Start(new AcquirerTls(Pem(_ca)), ((IPEndPoint)plain.LocalEndpoint).Port, clock);
        foreach (var failed in new[] { 1, 2 })
        {
            using var caller = await plain.AcceptSocketAsync();
            await caller.ReceiveAsync(new byte[1]);
            // It waits for the rest of what it takes for a message, so only the time-out ends it.
            clock.NothingComes();
            await Until(() => _log.Lines.Count >= failed);
        }
        await Refused("may speak none");
    }

    [Fact]
    public void A_key_that_is_not_the_certificates_is_refused_at_once()
    {
        using var own = Issue(_ca, "shop.example");
        using var stranger = ECDsa.Create();
        var fault = Assert.Throws<FormatException>(() => new AcquirerTls(
            certificate: Pem(own), key: stranger.ExportPkcs8PrivateKeyPem()));
        Assert.Equal("certificate and key are no pair in PEM", fault.Message);
    }

    private async Task Acquirer(AcquirerSecurity? security, bool isSecured = false, int port = 0) =>
        _acquirer = await AcquirerHost.StartAsync(
            new AcquirerOptions(_folder.Path, port) { Security = security, IsSecured = isSecured },
            TimeProvider.System);

    private async Task<AcquirerLink> Up(AcquirerTls tls)
    {
        Start(tls, _acquirer!.Address.Port);
        await Until(() => _link!.IsReady);
        return _link!;
    }

    /// <summary>It tries and tries, says why it fails, and no request gets out.</summary>
    private async Task Refused(AcquirerTls tls, string why)
    {
        Start(tls, _acquirer!.Address.Port);
        await Until(() => _link!.IsReady || _log.Lines.Count >= 2);
        await Refused(why);
    }

    private async Task Refused(string why)
    {
        Assert.False(_link!.IsReady);
        Assert.Contains(why, _link.Down, StringComparison.Ordinal);
        Assert.All(_log.Lines, line => Assert.Contains(why, line, StringComparison.Ordinal));
        using var answer = await Ask(_link);
        Assert.Equal(AnswerKind.NotSent, answer.Kind);
        Assert.Equal(0, _link.Counters.ConnectedCount);
    }

    private void Start(AcquirerTls tls, int port, TimeProvider? time = null)
    {
        _link = new AcquirerLink(
            AcquirerProfile.Simulated with
            {
                Tls = tls, ReconnectDelayMin = TimeSpan.FromMilliseconds(1),
                ReconnectDelayMax = TimeSpan.FromMilliseconds(20), AnswerTimeout = TimeSpan.FromMinutes(1),
                ConnectTimeout = TimeSpan.FromMinutes(1),
            },
            "127.0.0.1", port, time ?? TimeProvider.System, _log);
        _link.Start();
    }

    private static async Task<AcquirerAnswer> Ask(AcquirerLink link)
    {
        using var card = TestCards.Swipe(TestCards.Visa);
        using var request = CardMessages.Request(
            link.Profile, TestCards.Request(1), card, repeat: false);
        return await link.Ask(request, default);
    }

    private static X509Certificate2 Issue(X509Certificate2 ca, string host) =>
        AcquirerCertificates.Issue(ca, [host], Now.AddDays(-1), Now.AddDays(30));

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    private static string PinOf(X509Certificate2 certificate) => Convert.ToHexStringLower(
        SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>Waits for something that must come; only a hang lets it fail.</summary>
    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 12_000, "It never came.");
            await Task.Delay(5);
        }
    }
}
