using System.Text;
using CloudPos.Local.Story;

namespace CloudPos.Tests.Local;

/// <summary>The scan that the story ends with must find what it is there to find.</summary>
public sealed class CardNumberScanTests : IDisposable
{
    private const string Number = "4761739001010119";
    private readonly string _folder = Directory.CreateTempSubdirectory("cloudpos-scan").FullName;

    public static TheoryData<string, byte[]> Forms => new()
    {
        { "digits in a log", Ascii($"card {Number} read") },
        { "digits of sixteen-bit text", Encoding.Unicode.GetBytes($"card {Number}") },
        { "packed, as in tag 5A", [0x5A, 0x08, .. Convert.FromHexString(Number)] },
        { "packed at a half byte", Convert.FromHexString($"A{Number}D") },
        { "hexadecimal text of the digits", Ascii(Convert.ToHexString(Ascii(Number))) },
        { "base64 of the digits", Ascii(Convert.ToBase64String(Ascii($"x{Number}yz"))) },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_number_is_found_in_whatever_form_it_lies_there(string form, byte[] content)
    {
        var deep = Directory.CreateDirectory(Path.Combine(_folder, "a", "b"));
        File.WriteAllBytes(Path.Combine(deep.FullName, "journal.db-wal"), content);

        var found = CardNumberScan.Find(_folder, [Number]).ToList();

        Assert.True(found.Count > 0, form);
        Assert.StartsWith(Path.Combine("a", "b", "journal.db-wal"), found[0], StringComparison.Ordinal);
        Assert.DoesNotContain(Number, string.Join(' ', found), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_a_running_program_still_writes_is_read_too()
    {
        using var open = new FileStream(
            Path.Combine(_folder, "open.log"), FileMode.Create, FileAccess.Write, FileShare.Read);
        open.Write(Encoding.ASCII.GetBytes(Number));
        open.Flush();

        Assert.Single(CardNumberScan.Find(_folder, [Number]));
    }

    [Fact]
    public void The_last_four_and_other_numbers_are_no_finding()
    {
        File.WriteAllText(Path.Combine(_folder, "receipt.txt"), "VISA **** 0119, 4761739001010118");
        Assert.Empty(CardNumberScan.Find(_folder, [Number]));
    }

    [Fact]
    public void All_scripted_cards_are_searched_for() => Assert.True(DemoShop.CardNumbers().Count >= 8);

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
