using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

public sealed class TablesAddressTests
{
    private const string Key = "AccountKey=Y2xvdWRwb3M=";

    [Theory]
    [InlineData("https://shops1.table.core.windows.net")]
    [InlineData("https://shops1.table.core.windows.net/")]
    [InlineData("https://shops1.z12.table.storage.azure.net/")]
    public void An_account_is_opened_without_a_key(string text)
    {
        var address = TablesAddress.Parse(text)!;
        Assert.Null(address.EmulatorKey);
        Assert.Equal("https", address.Endpoint.Scheme);
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=true", 10002)]
    [InlineData("UseDevelopmentStorage", 10002)]
    [InlineData("AccountName=t1;" + Key + ";TableEndpoint=http://127.0.0.1:7/t1;", 7)]
    [InlineData("Protocol=http;AccountName=t1;" + Key + ";TableEndpoint=http://[::1]:7/t1", 7)]
    [InlineData("accountname=t1;" + Key + "; TableEndpoint=http://localhost:7/t1", 7)]
    public void An_emulator_on_loopback_brings_its_key_and_never_shows_it(string text, int port)
    {
        var address = TablesAddress.Parse(text)!;
        Assert.NotNull(address.EmulatorKey);
        Assert.Equal(port, address.Endpoint.Port);
        Assert.DoesNotContain(address.EmulatorKey.Value.Key, address.ToString());
    }

    [Theory]
    [InlineData("a connection string of an account", "AccountName=shops1;" + Key)]
    [InlineData("an endpoint that is not on loopback",
        "AccountName=t1;" + Key + ";TableEndpoint=http://10.0.0.1:7/t1")]
    [InlineData("an account by its key",
        "AccountName=shops1;" + Key + ";TableEndpoint=https://shops1.table.core.windows.net/")]
    [InlineData("a key that is none", "AccountName=t1;AccountKey=?;TableEndpoint=http://127.0.0.1:7/t1")]
    [InlineData("an account without TLS", "http://shops1.table.core.windows.net")]
    [InlineData("a secondary endpoint", "https://shops1-secondary.table.core.windows.net")]
    [InlineData("a signature in the query", "https://shops1.table.core.windows.net/?sv=1&sig=x")]
    [InlineData("somebody else's host", "https://shops1.table.core.windows.net.example")]
    [InlineData("a queue", "https://shops1.queue.core.windows.net")]
    [InlineData("no development storage", "UseDevelopmentStorage=false")]
    [InlineData("a word", "azure")]
    public void Anything_else_is_refused(string what, string text) =>
        Assert.True(TablesAddress.Parse(text) is null, what);
}
