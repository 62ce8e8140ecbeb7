using System.Diagnostics;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Functions.Hosting;

/// <summary>The program as a process of its own.</summary>
public class ProgramTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task It_says_where_it_listens_and_ends_when_its_standard_input_closes()
    {
        using var folder = new TestFolder();
        using var program = Start(
            "--data", folder.File("data"), "--urls", "http://127.0.0.1:0", "--stdin-guard");

        var ready = await program.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.StartsWith("listening on http://127.0.0.1:", ready, StringComparison.Ordinal);
        using var http = new HttpClient();
        var alive = await http.GetAsync(ready!["listening on ".Length..]);
        Assert.True(alive.IsSuccessStatusCode);

        program.StandardInput.Close();
        await program.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, program.ExitCode);
    }

    [Fact]
    public async Task Wrong_settings_are_all_named_and_end_it_with_2()
    {
        using var program = Start("--colour", "blue", "--acquirer", "nowhere");

        var errors = await program.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await program.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal(2, program.ExitCode);
        Assert.All(
            new[] { "--colour", "--acquirer", "--data" },
            name => Assert.Contains(name, errors, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_programs_never_share_a_data_folder()
    {
        using var folder = new TestFolder();
        string[] arguments = ["--data", folder.File("data"), "--stdin-guard"];
        using var first = Start(arguments);
        await first.StandardOutput.ReadLineAsync().WaitAsync(Patience);

        using var second = Start(arguments);
        await second.WaitForExitAsync().WaitAsync(Patience);

        Assert.NotEqual(0, second.ExitCode);
        first.StandardInput.Close();
        await first.WaitForExitAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Under_the_Functions_host_it_listens_where_it_is_told_and_never_ends_with_0()
    {
        using var folder = new TestFolder();
        var port = CloudPos.Local.Children.LocalPort.Choose();
        using var program = Start(
            ["--tables", "UseDevelopmentStorage=true", "--service-bus", "http://127.0.0.1:9",
                "--mail-pickup", folder.Path, "--key-vault", "https://127.0.0.1:9/",
                "--authority", "http://127.0.0.1:9/", "--audience", "cloudpos"],
            ("FUNCTIONS_CUSTOMHANDLER_PORT", $"{port}"));
        Assert.Equal(
            $"listening on http://127.0.0.1:{port}",
            await program.StandardOutput.ReadLineAsync().WaitAsync(Patience));

        using (var terminate = Process.Start("kill", [$"{program.Id}"]))
            await terminate.WaitForExitAsync();
        await program.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal(200, program.ExitCode);
    }

    [Fact]
    public async Task Under_the_Functions_host_all_that_is_missing_or_wrong_there_is_named()
    {
        using var program = Start(["--stdin-guard"], ("FUNCTIONS_CUSTOMHANDLER_PORT", "5000"));

        var errors = await program.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await program.WaitForExitAsync().WaitAsync(Patience);

        Assert.Equal(2, program.ExitCode);
        Assert.All(
            new[]
            {
                "--tables", "--service-bus", "--key-vault", "--authority", "--smtp", "--stdin-guard",
            },
            name => Assert.Contains(name, errors, StringComparison.Ordinal));
    }

    private static Process Start(params string[] arguments) => Start(arguments, []);

    private static Process Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "cloudpos-functions.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
