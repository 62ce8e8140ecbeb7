using System.IO.Compression;
using System.Reflection.PortableExecutable;
using CloudPos.Functions.CustomHandler;
using CloudPos.Functions.Hosting;

namespace CloudPos.Tests.Infra;

/// <summary>The zip that is deployed, as `dotnet publish` has made it.</summary>
public class PackageTests
{
    /// <summary>The folder of the zips; set by .ci/run, since publishing takes minutes.</summary>
    private const string Variable = "CLOUDPOS_PACKAGES";
    private const int ExecutableMode = 0x49;

    [Theory]
    [InlineData("linux-x64", 0x3E)]
    [InlineData("linux-arm64", 0xB7)]
    public void The_package_holds_an_executable_program_for_its_machine_and_needs_no_runtime_there(
        string runtime, int machine)
    {
        using var zip = Open(runtime);
        var program = zip.GetEntry("cloudpos-functions")!;
        var head = Bytes(program);

        Assert.Equal(ExecutableMode, (program.ExternalAttributes >> 16) & ExecutableMode);
        Assert.Equal("\u007fELF"u8.ToArray(), head[..4]);
        Assert.Equal(machine, BitConverter.ToUInt16(head, 18));
        Assert.NotNull(zip.GetEntry("libcoreclr.so"));
        Assert.NotNull(zip.GetEntry("libe_sqlite3.so"));
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("linux-arm64")]
    public void The_package_is_compiled_ahead_so_that_the_first_call_waits_less(string runtime)
    {
        using var zip = Open(runtime);
        using var assembly = new PEReader(new MemoryStream(Bytes(zip.GetEntry("cloudpos-functions.dll")!)));

        Assert.True(assembly.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("linux-arm64")]
    public void The_package_describes_every_function_and_holds_no_key_and_no_state(string runtime)
    {
        using var zip = Open(runtime);
        foreach (var (path, text) in PackageFiles.Of(BackOffice.Functions()))
            Assert.Equal(text, System.Text.Encoding.UTF8.GetString(Bytes(zip.GetEntry(path)!)));
        string[] never = [".key", ".pem", ".pfx", ".db", ".env", "local.settings.json"];
        Assert.DoesNotContain(
            zip.Entries, entry => never.Any(end => entry.Name.EndsWith(end, StringComparison.Ordinal)));
    }

    private static ZipArchive Open(string runtime)
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(
            string.IsNullOrEmpty(folder),
            $"{Variable} names no folder: dotnet publish functions -c Release -r {runtime} -o FOLDER/app");
        return ZipFile.OpenRead(Path.Combine(folder!, $"cloudpos-functions-{runtime}.zip"));
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
