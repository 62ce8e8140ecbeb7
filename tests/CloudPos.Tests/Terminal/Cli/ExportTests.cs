using System.Security.Cryptography;
using System.Text.Json;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Tests.Terminal.Checkout;
using CloudPos.Tests.Terminal.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Terminal.Cli;

/// <summary>What is saved of a journal that cannot be trusted, and what is never deleted.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TestCli _cli = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("cloudpos-export-").FullName;

    private string Target => Path.Combine(_folder, "export.jsonl");

    [Fact]
    public async Task A_sound_journal_is_exported_whole_for_its_owner_alone()
    {
        await _cli.Run("sale", "--line", "TEA", "--pay", "cash");
        await _cli.Run("sale", "--line", "MUG", "--pay", $"card:{_cli.CardFile(TestShop.VisaStripe)}");

        var run = await _cli.Run("journal", "export", "--to", Target, "--json");

        var lines = File.ReadAllLines(Target);
        var entries = _cli.Peek(store => store.Entries());
        Assert.Equal(entries.Count, run.Json.GetProperty("entries").GetInt64());
        Assert.Equal(entries.Count + 2, lines.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        for (var i = 0; i < entries.Count; i++)
            Assert.Equal(
                entries[i].Entry!.Bytes.ToArray(),
                Json(lines[i + 1]).GetProperty("bytes").GetBytesFromBase64());
        var before = File.ReadAllText(Target)[..^(lines[^1].Length + 1)];
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(before))),
            Json(lines[^1]).GetProperty("sha256").GetString());
        Assert.Contains(lines, line => line.Contains("sealedCards", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_journal_is_exported_around_the_damage_and_left_as_it_is()
    {
        for (var i = 0; i < 3; i++)
            await _cli.Run("sale", "--line", "TEA", "--pay", "cash");
        var last = _cli.Peek(store => store.LastNumber);
        Execute($"UPDATE entry SET sealed = zeroblob(200) WHERE place & 0xFFFFFFFFFF = {last - 1}");
        var database = Path.Combine(_cli.Data, TerminalStore.DatabaseName);
        var before = File.ReadAllBytes(database);

        var run = await _cli.Run("journal", "export", "--to", Target, "--json");

        Assert.Equal((0, 1), (run.Code, run.Json.GetProperty("faults").GetInt32()));
        var lines = File.ReadAllLines(Target);
        Assert.Contains("cannot be decrypted", Json(lines[^3]).GetProperty("fault").GetString());
        Assert.True(Json(lines[^2]).TryGetProperty("bytes", out _));
        Assert.NotEmpty(Json(lines[0]).GetProperty("findings").EnumerateArray());
        Assert.Equal(before, File.ReadAllBytes(database));
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_overwritten()
    {
        File.WriteAllText(Target, "mine");

        Assert.Equal(2, (await _cli.Run("journal", "export", "--to", Target)).Code);
        Assert.Equal("mine", File.ReadAllText(Target));
    }

    [Fact]
    public async Task A_folder_with_anything_left_to_send_is_not_reset()
    {
        await _cli.Run("sale", "--line", "TEA", "--pay", "cash");

        var run = await _cli.Run("reset", "--terminal", "TERM0001");

        Assert.Equal(2, run.Code);
        Assert.Contains("are not confirmed, and a reset deletes nothing that is not", run.Errors);
        Assert.True(_cli.Peek(store => store.Sales().Count) == 1);
    }

    /// <summary>The screen and the verb ask the same, in the same order and words.</summary>
    [Fact]
    public async Task A_folder_with_a_basket_is_not_reset()
    {
        _cli.Peek(store =>
        {
            new SaleDesk(store, _cli.Shop.Flow).Add("TEA", 1);
            return 0;
        });
        Acknowledge();

        var run = await _cli.Run("reset", "--terminal", "TERM0001");

        Assert.Equal(2, run.Code);
        Assert.StartsWith("A basket is open or parked: sell it or discard it first.", run.Errors);
        Assert.Contains("Nothing was deleted.", run.Errors);
        Assert.Single(_cli.Peek(store => store.Baskets));
    }

    [Fact]
    public async Task A_folder_whose_payments_wait_for_their_outcome_is_not_reset()
    {
        await _cli.Run("sale", "--line", "MUG", "--pay", $"card:{_cli.CardFile(TestShop.VisaStripe)}");
        Acknowledge();

        Assert.Contains("outcome", (await _cli.Run("reset", "--terminal", "TERM0001")).Errors);
    }

    [Fact]
    public async Task What_is_not_confirmed_is_sealed_to_a_file_and_no_other_confirmation_counts()
    {
        await _cli.Run("sale", "--line", "TEA", "--pay", "cash");
        var last = _cli.Peek(store => store.LastNumber);

        var run = await _cli.Run("journal", "export", "--sealed", "--to", Target, "--json");

        Assert.Equal((0, last), (run.Code, run.Json.GetProperty("last").GetInt64()));
        Assert.StartsWith("CPSJ", File.ReadAllText(Target));
        Assert.DoesNotContain("TEA", File.ReadAllText(Target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        var confirm = await _cli.Run("journal", "confirm", "--from", Target);
        Assert.Equal(2, confirm.Code);
        Assert.Contains("not signed", confirm.Errors);
        Acknowledge();
        var nothing = await _cli.Run("journal", "export", "--sealed", "--to", Target + "2");
        Assert.Equal(2, nothing.Code);
        Assert.Contains("nothing to bring", nothing.Errors);
        Assert.False(File.Exists(Target + "2"));
    }

    [Fact]
    public async Task A_finished_folder_is_emptied_when_its_terminal_is_named()
    {
        await _cli.Run("sale", "--line", "TEA", "--pay", "cash");
        Acknowledge();

        Assert.Equal(2, (await _cli.Run("reset", "--terminal", "TERM0002")).Code);
        Assert.Equal(0, (await _cli.Run("reset", "--terminal", "TERM0001")).Code);
        Assert.False(Directory.Exists(_cli.Data));
        Assert.Empty(Directory.GetDirectories(
            Path.GetDirectoryName(_cli.Data)!, Path.GetFileName(_cli.Data) + ".reset-*"));
        // For the shop, which deletes it.
        Directory.CreateDirectory(_cli.Data);
    }

    public void Dispose()
    {
        _cli.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Acknowledge() => _cli.Peek(store =>
    {
        Assert.True(_cli.Shop.Till.Acknowledge(store.LastNumber).IsApplied);
        return 0;
    });

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(_cli.Data, TerminalStore.DatabaseName)};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;
}
