using CloudPos.Tests.Terminal.Journal;

namespace CloudPos.Tests.Crash;

/// <summary>
/// A folder of an earlier version is opened by this one, and the power goes anywhere in between: what is left
/// opens, whole, in the old form or the new one.
/// </summary>
public sealed class MigrationCutTests(ITestOutputHelper output)
{
    public static bool IsMissing => PowerCutTests.IsMissing;

    public static TheoryData<string> Versions => StoredFolderTests.Versions;

    [Theory(
        Skip = "Needs gcc, and CLOUDPOS_TERMINAL set to the program that 'dotnet publish terminal' made",
        SkipWhen = nameof(IsMissing))]
    [MemberData(nameof(Versions))]
    public async Task A_power_cut_in_a_migration_leaves_a_folder_that_opens_whole(string version)
    {
        using var folder = new FolderCopy();
        folder.Take(Path.Combine(StoredFolderTests.Stored, version));
        var start = ImageFolder.Contents(folder.Path);
        using var recorder = new Recorder(folder.Path);
        var migrated = await PublishedTerminal.Run(recorder.Environment, folder.Path, "journal", "verify");
        Assert.True(migrated.Code == 0, migrated.Errors);
        var log = recorder.Read();
        var random = new Random(KillTests.Seed());
        var disk = new DiskModel(start);
        var images = 0;
        var opened = new HashSet<string>();

        foreach (var record in log)
        {
            disk.Apply(record);
            foreach (var mode in Enum.GetValues<Unsynced>())
            {
                images++;
                var files = disk.Build(mode, random);
                if (!opened.Add(ImageFolder.Digest(files)))
                    continue;
                using var image = new ImageFolder(files);
                var run = await PublishedTerminal.Run(image.Path, "journal", "verify", "--json");
                var name = $"{record.Operation} {record.Path}, {mode}: {run.Output}{run.Errors}";
                Assert.True(run.Code == 0, name);
                Assert.Equal(9, PublishedTerminal.JsonOf(run).GetProperty("entries").GetInt64());
            }
        }

        output.WriteLine($"{log.Count} records, {images} images, {opened.Count} of them different");
        Assert.True(images >= 40, $"Only {images} images: was anything migrated?");
    }
}
