using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace CloudPos.Functions.Tables;

/// <summary>
/// The connections to one account of Azure Tables. One try per call: what to do about a lost answer is
/// decided by <see cref="TablePort"/>, which knows what was to be written. Thread-safe.
/// </summary>
internal sealed class AzureTableAccount : IDisposable
{
    private const int ConnectionsMax = 64;

    /// <summary>
    /// The server gives up before we do, so that a request we gave up is over by the time we look again.
    /// </summary>
    private static readonly TimeSpan serverTimeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan answerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan connectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Names are looked up again this often: an account moves between addresses.</summary>
    private static readonly TimeSpan connectionLifetime = TimeSpan.FromMinutes(5);

    private readonly SocketsHttpHandler handler;
    private readonly HttpClientTransport transport;

    private AzureTableAccount(Func<TableClientOptions, TableServiceClient> open, TimeSpan answerWithin)
    {
        handler = new SocketsHttpHandler
        {
            ConnectTimeout = connectTimeout,
            MaxConnectionsPerServer = ConnectionsMax,
            PooledConnectionLifetime = connectionLifetime,
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
        };
        transport = new HttpClientTransport(handler);
        var options = new TableClientOptions { Transport = transport };
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = answerWithin;
        options.AddPolicy(new ServerTimeoutPolicy(), HttpPipelinePosition.PerCall);
        Service = open(options);
    }

    public TableServiceClient Service { get; }

    /// <param name="address">An account, or an emulator, which brings its own key.</param>
    /// <param name="credential">Asked for when an account is opened; an emulator needs none.</param>
    /// <param name="answerWithin">How long to wait for an answer; 10 s by default.</param>
    public static AzureTableAccount Open(
        TablesAddress address, Func<TokenCredential> credential, TimeSpan? answerWithin = null) => new(
        options => address.EmulatorKey is { } key
            ? new TableServiceClient(
                address.Endpoint, new TableSharedKeyCredential(key.Account, key.Key), options)
            : new TableServiceClient(address.Endpoint, credential(), options),
        answerWithin ?? answerTimeout);

    public void Dispose()
    {
        transport.Dispose();
        handler.Dispose();
    }

    /// <summary>The service takes its own time limit, in whole seconds, from the query.</summary>
    private sealed class ServerTimeoutPolicy : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message) => message.Request.Uri.AppendQuery(
            "timeout", $"{(int)serverTimeout.TotalSeconds}");
    }
}
