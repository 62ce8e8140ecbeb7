using System.Globalization;
using System.Reflection;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Brings a database to the newest schema: numbered scripts embedded in the program, each in one transaction
/// with the number it leads to, so that a crash in between leaves the one before. The tables entry and
/// attachment are never altered.
/// </summary>
internal static class Migrations
{
    private const string Prefix = "CloudPos.Terminal.Journal.Schema.";

    /// <summary>The schema that this program writes.</summary>
    public static int Newest => Names().Count;

    public static int VersionOf(Database database) => (int)database.Number("PRAGMA user_version")!.Value;

    public static void Run(Database database)
    {
        var names = Names();
        for (var version = VersionOf(database); version < names.Count; version++)
        {
            var step = string.Create(
                CultureInfo.InvariantCulture,
                $"BEGIN IMMEDIATE; {Read(names[version])} PRAGMA user_version={version + 1};");
            database.Script(step);
            database.Commit();
        }
    }

    private static List<string> Names() =>
        [.. typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
