using System.Reflection;

namespace CloudPos.Local.Children;

/// <summary>
/// Where the programs lie that this one starts: their paths are written into this assembly when it is built.
/// </summary>
internal static class Programs
{
    /// <summary>Names a published terminal to use in place of the one built beside the sources.</summary>
    public const string TerminalVariable = "CLOUDPOS_TERMINAL";

    public static string Terminal =>
        Environment.GetEnvironmentVariable(TerminalVariable) is { Length: > 0 } published
            ? Path.GetFullPath(published)
            : AppHostOf("TerminalDll");

    public static string Functions => AppHostOf("FunctionsDll");

    /// <summary>This program itself: the acquirer runs in a process of its own.</summary>
    public static string Local => AppHostBeside(typeof(Programs).Assembly.Location);

    private static string AppHostOf(string metadataKey) => AppHostBeside(
        typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == metadataKey).Value
        ?? throw new InvalidOperationException($"The build wrote no path for {metadataKey}."));

    private static string AppHostBeside(string dll) =>
        Path.ChangeExtension(dll, OperatingSystem.IsWindows() ? ".exe" : null);
}
