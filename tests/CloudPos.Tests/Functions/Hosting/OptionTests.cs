using System.Collections;
using CloudPos.Crypto;
using CloudPos.Functions.Hosting;

namespace CloudPos.Tests.Functions.Hosting;

public class OptionTests
{
    [Fact]
    public void All_settings_are_read_from_arguments()
    {
        using var issuer = Es256Key.Generate();
        Assert.True(TryRead(
            [
                "--stdin-guard", "--data", "/x/data", "--urls=http://127.0.0.1:5080", "--acquirer",
                "127.0.0.1:7001",
                "--mail-pickup", "/x/mail", "--feed-pause", "120",
                "--development-issuer", issuer.PublicKey.Text, "--allowed-hosts",
                "pos.example, localhost:5080", "--tables", "https://shops1.table.core.windows.net",
            ],
            [], out var options, out _));

        Assert.True(options!.StdinGuard);
        Assert.Equal("/x/data", options.Data);
        Assert.Equal(5080, options.Url.Port);
        Assert.Equal(new HostAndPort("127.0.0.1", 7001), options.Acquirer);
        Assert.Equal("/x/mail", options.MailPickup);
        Assert.Equal("https://shops1.table.core.windows.net/", options.Tables!.ToString());
        Assert.Equal(120, options.FeedPauseSeconds);
        Assert.Equal(issuer.PublicKey, options.DevelopmentIssuer);
        Assert.Equal(["pos.example", "localhost:5080"], options.AllowedHosts);
    }

    [Fact]
    public void An_argument_wins_over_the_environment()
    {
        var environment = new Hashtable { ["CLOUDPOS_DATA"] = "/env", [
            "CLOUDPOS_MAIL_PICKUP"] = "/env/mail" };

        Assert.True(TryRead(["--data", "/arg"], environment, out var options, out _));

        Assert.Equal("/arg", options!.Data);
        Assert.Equal("/env/mail", options.MailPickup);
    }

    [Fact]
    public void Every_fault_is_reported_and_not_only_the_first()
    {
        Assert.False(TryRead(
            ["--acquirer", "nowhere", "--smtp", "host:99999", "--urls", "ftp://x", "--colour", "blue",
            "--feed-pause", "301",
            "--tables", "AccountName=shops1;AccountKey=Y2xvdWRwb3M=", "loose"], [],
            out _, out var faults));

        string[] expected =
            ["--data", "--acquirer", "--smtp", "--urls", "--feed-pause", "--colour", "--tables", "loose"];
        Assert.All(expected, name =>
            Assert.Contains(faults, fault => fault.Contains(name, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, faults.Count);
    }

    [Fact]
    public void A_development_issuer_is_refused_under_the_Functions_host()
    {
        using var issuer = Es256Key.Generate();
        var environment = new Hashtable { ["FUNCTIONS_CUSTOMHANDLER_PORT"] = "5000" };

        Assert.False(TryRead(
            ["--data", "/x", "--development-issuer", issuer.PublicKey.Text], environment, out _,
            out var faults));

        Assert.Contains(faults, fault => fault.StartsWith("--development-issuer", StringComparison.Ordinal));
    }

    [Fact]
    public void An_address_that_others_reach_wants_its_hosts_named()
    {
        Assert.False(TryRead(["--data", "/x", "--urls", "http://0.0.0.0:80"], [], out _, out var faults));
        Assert.Contains(faults, fault => fault.StartsWith("--allowed-hosts", StringComparison.Ordinal));

        Assert.True(TryRead(
            ["--data", "/x", "--urls", "http://0.0.0.0:80", "--allowed-hosts", "pos.example"], [], out _,
            out _));
    }

    [Theory]
    [InlineData("192.0.2.1:7001", null, false)]
    [InlineData("acquirer.example:7001", null, false)]
    [InlineData("acquirer.example:7001", "/nowhere/ca.pem", false)]
    [InlineData("acquirer.example:7001", "system", true)]
    [InlineData("acquirer.example:7001", "none", true)]
    [InlineData("127.0.0.1:7001", null, true)]
    [InlineData("[::1]:7001", null, true)]
    [InlineData("localhost:7001", "system", true)]
    public void Cards_go_to_no_other_machine_in_clear_unless_that_is_said(
        string address, string? tls, bool isTaken)
    {
        string[] arguments = ["--data", "/x", "--acquirer", address];
        Assert.Equal(
            isTaken,
            TryRead(tls is null ? arguments : [.. arguments, "--acquirer-tls", tls], [], out var options,
                out var faults));
        Assert.Equal(
            isTaken, faults.Count == 0);
        Assert.Equal(tls == "system", options?.AcquirerTls is not null);
        Assert.All(faults, fault => Assert.StartsWith("--acquirer-tls is", fault, StringComparison.Ordinal));
    }

    private static bool TryRead(
        string[] arguments, Hashtable environment, out BackOfficeOptions? options,
        out IReadOnlyList<string> faults) =>
        BackOfficeOptions.TryRead(arguments, environment, out options, out faults);
}
