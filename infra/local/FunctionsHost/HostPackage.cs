using System.Text.Json.Nodes;

namespace CloudPos.Local.FunctionsHost;

/// <summary>A function as its function.json describes it.</summary>
internal sealed record HostedFunction(string Name, JsonObject Trigger)
{
    public string Type => (string)Trigger["type"]!;

    public string Binding => (string)Trigger["name"]!;
}

/// <summary>A published function app: host.json, function.json files, and the program.</summary>
internal sealed record HostPackage(
    string Folder, string Executable, string RoutePrefix, TimeSpan FunctionTimeout, int MaxConcurrentCalls,
    IReadOnlyList<HostedFunction> Functions)
{
    /// <exception cref="InvalidDataException">The host would not start this app.</exception>
    public static HostPackage Read(string folder)
    {
        var host = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "host.json")))!;
        var handler = host["customHandler"]!;
        var executable = Path.Combine(folder, (string)handler["description"]!["defaultExecutablePath"]!);
        if (!File.Exists(executable))
            throw new InvalidDataException($"{executable} is not in the package.");
        if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(executable) & UnixFileMode.UserExecute) == 0)
            throw new InvalidDataException($"{executable} may not be executed.");
        if (!(bool)handler["enableProxyingHttpRequest"]!)
            throw new InvalidDataException("HTTP is not proxied.");
        var functions = Directory.EnumerateFiles(folder, "function.json", SearchOption.AllDirectories)
            .Select(Function).ToList();
        return new HostPackage(
            folder, executable, (string)host["extensions"]!["http"]!["routePrefix"]!,
            TimeSpan.Parse((string)host["functionTimeout"]!, null),
            (int)host["extensions"]!["serviceBus"]!["maxConcurrentCalls"]!, functions);
    }

    private static HostedFunction Function(string file)
    {
        var bindings = JsonNode.Parse(File.ReadAllText(file))!["bindings"]!.AsArray();
        var trigger = bindings.Single(binding => (string)binding!["direction"]! == "in")!.AsObject();
        var outputs = bindings.Where(binding => (string)binding!["direction"]! == "out").ToList();
        var name = Path.GetFileName(Path.GetDirectoryName(file))!;
        var isHttp = (string)trigger["type"]! == "httpTrigger";
        if (outputs.Count != (isHttp ? 1 : 0))
            throw new InvalidDataException($"{name} would be called with a wrapped payload.");
        return new HostedFunction(name, trigger);
    }
}
