namespace CloudPos.Tests.Tidy;

/// <summary>One text file of the tree: its path from the top with forward slashes, and its text.</summary>
public sealed record SourceFile(string Path, string Text)
{
    public string[] Lines => Text.Split('\n');

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
}

/// <summary>What a rule found: where, and what is wrong there. Line numbers count from 1.</summary>
public sealed record Finding(string Path, int Line, string What)
{
    public override string ToString() => $"{Path}:{Line}: {What}";
}

/// <summary>The sources that the tests were built from, found upwards from the test assembly.</summary>
internal static class SourceTree
{
    private static readonly string[] BuiltFolders =
        ["bin", "obj", ".git", ".run", ".vs", "TestResults", "node_modules"];

    private static readonly string[] TextEndings =
    [
        ".cs", ".csproj", ".props", ".sln", ".json", ".md", ".sql", ".js", ".css", ".html", ".bicep", ".txt",
        ".sh", ".yml", ".config", ".csv", ".svg", ".editorconfig", ".gitattributes", ".gitignore", "run",
    ];

    public static readonly string Top = FindTop();

    /// <summary>Every text file outside the folders that builds and runs write.</summary>
    public static IReadOnlyList<SourceFile> Files { get; } = [.. Walk(Top)];

    /// <summary>The names directly at the top, without what builds and runs write there.</summary>
    public static IEnumerable<string> TopNames() =>
        Directory.EnumerateFileSystemEntries(Top)
            .Select(path => Path.GetFileName(path))
            .Where(name => !BuiltFolders.Contains(name));

    private static string FindTop()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        for (; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "CloudPos.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No CloudPos.sln above {AppContext.BaseDirectory}.");
    }

    private static IEnumerable<SourceFile> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            if (TextEndings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))
                yield return new SourceFile(Path.GetRelativePath(Top, file), File.ReadAllText(file));
        foreach (var below in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            if (!BuiltFolders.Contains(Path.GetFileName(below)))
                foreach (var file in Walk(below))
                    yield return file;
    }
}
