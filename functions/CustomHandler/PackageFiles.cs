using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.CustomHandler;

/// <summary>
/// The files by which the Functions host knows this program: host.json, and a function.json in a folder of
/// its own for each function of the table. They are kept in functions/Package and shipped as they are; a test
/// compares them with what is made here.
/// </summary>
internal static class PackageFiles
{
    /// <summary>The name under which a queue's message comes in the payload.</summary>
    public const string MessageBinding = "bell";

    public const string TimerBinding = "timer";

    /// <summary>The app settings that begin with this name say where the queues are, and as whom.</summary>
    public const string BusConnection = "ServiceBus";

    /// <summary>The host kills the process, with all that it has in hand, when a call takes longer.</summary>
    public static readonly TimeSpan FunctionTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The command that writes the files anew.</summary>
    public const string Command = "dotnet run --project functions -- describe Package";

    private const string Prefix = "/api/";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Every file's path with forward slashes, and its text.</summary>
    public static IReadOnlyDictionary<string, string> Of(FunctionTable functions)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host.json"] = Text(Host(functions)),
        };
        foreach (var function in functions.All)
            if (BindingsOf(function) is { } bindings)
                files.Add($"{function.Name}/function.json", Text(new JsonObject { ["bindings"] = bindings }));
        return files;
    }

    /// <summary>Makes the folder hold these files and no other function's.</summary>
    public static void Write(string folder, FunctionTable functions)
    {
        Directory.CreateDirectory(folder);
        foreach (var stale in Directory.EnumerateFiles(folder, "function.json", SearchOption.AllDirectories))
            Directory.Delete(Path.GetDirectoryName(stale)!, recursive: true);
        foreach (var (path, text) in Of(functions))
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }

    /// <summary>
    /// One value for all queues: the host has no bound per function. Each function keeps its own, lower one.
    /// </summary>
    private static JsonObject Host(FunctionTable functions) => new()
    {
        ["version"] = "2.0",
        ["functionTimeout"] = FunctionTimeout.ToString("c"),
        ["extensionBundle"] = new JsonObject
        {
            ["id"] = "Microsoft.Azure.Functions.ExtensionBundle",
            ["version"] = "[4.*, 5.0.0)",
        },
        ["customHandler"] = new JsonObject
        {
            ["description"] = new JsonObject
            {
                ["defaultExecutablePath"] = "cloudpos-functions",
                ["workingDirectory"] = "",
                ["arguments"] = new JsonArray(),
            },
            ["enableProxyingHttpRequest"] = true,
        },
        ["extensions"] = new JsonObject
        {
            ["http"] = new JsonObject { ["routePrefix"] = "api" },
            ["serviceBus"] = new JsonObject
            {
                ["prefetchCount"] = 0,
                ["autoCompleteMessages"] = true,
                ["maxAutoLockRenewalDuration"] = FunctionTimeout.ToString("c"),
                ["maxConcurrentCalls"] = functions.All.OfType<QueueFunction>().Max(f => f.MaxConcurrentCalls),
            },
        },
        ["logging"] = new JsonObject
        {
            ["logLevel"] = new JsonObject { ["default"] = "Warning", ["Function"] = "Information" },
        },
    };

    /// <summary>Null for the root, which the host asks by itself.</summary>
    private static JsonArray? BindingsOf(Function function) => function switch
    {
        HttpFunction { Route: "/" } => null,
        HttpFunction http =>
        [
            new JsonObject
            {
                ["type"] = "httpTrigger", ["direction"] = "in", ["name"] = "request",
                // Who calls is found out by the program: terminals by key, people by token.
                ["authLevel"] = "anonymous",
                ["methods"] = new JsonArray(http.Method.ToLowerInvariant()),
                ["route"] = http.Route[Prefix.Length..],
            },
            new JsonObject { ["type"] = "http", ["direction"] = "out", ["name"] = "response" },
        ],
        QueueFunction queue =>
        [
            new JsonObject
            {
                ["type"] = "serviceBusTrigger", ["direction"] = "in", ["name"] = MessageBinding,
                ["queueName"] = queue.Queue, ["connection"] = BusConnection,
                // As text, members of the message would overwrite the message's own properties.
                ["dataType"] = "binary", ["cardinality"] = "one",
            },
        ],
        TimerFunction timer =>
        [
            new JsonObject
            {
                ["type"] = "timerTrigger", ["direction"] = "in", ["name"] = TimerBinding,
                ["schedule"] = timer.HostedSchedule,
            },
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Not a kind of function."),
    };

    private static string Text(JsonObject json) =>
        new StringBuilder(json.ToJsonString(Indented)).Append('\n').ToString();
}
