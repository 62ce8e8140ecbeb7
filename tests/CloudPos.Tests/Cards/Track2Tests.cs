using System.Text;
using CloudPos.Cards;
using CsCheck;

namespace CloudPos.Tests.Cards;

public sealed class Track2Tests
{
    [Theory]
    [InlineData("with both sentinels", ";4242424242424242=30122010000?")]
    [InlineData("without sentinels", "4242424242424242=30122010000")]
    [InlineData("D as the separator", "4242424242424242D30122010000")]
    [InlineData("with the end sentinel only", "4242424242424242=30122010000?")]
    public void A_track_is_read(string what, string text)
    {
        var read = Track2.TryParseText(text);
        Assert.True(read.IsValid, $"{what}: {read}");
        using var track = read.Value;
        Assert.Equal("4242", track.Pan.LastFour);
        Assert.Equal("3012", track.Expiry.RevealYymm());
        Assert.Equal("201", track.ServiceCode.RevealDigits());
        Assert.Equal("4242424242424242=30122010000", track.RevealTrack2());
        Assert.Equal("**** 4242", track.ToString());
        Assert.Equal("**** 4242", read.ToString());
    }

    [Theory]
    [InlineData("nothing", "", Track2Fault.Empty, 0)]
    [InlineData("sentinels only", ";?", Track2Fault.Empty, 1)]
    [InlineData("no end sentinel after a start sentinel", ";4242424242424242=3012201",
        Track2Fault.EndSentinelMissing, 25)]
    [InlineData("characters after the end sentinel", ";4242424242424242=3012201?8", Track2Fault.Trailing, 26)]
    [InlineData("no separator", ";4242424242424242?", Track2Fault.SeparatorMissing, 17)]
    [InlineData("a letter in the number", ";42424242X2424242=3012201?", Track2Fault.UnexpectedCharacter, 9)]
    [InlineData("a number too short", ";42424242426=3012201?", Track2Fault.PanLength, 12)]
    [InlineData("a number too long", ";42424242424242424242=3012201?", Track2Fault.PanLength, 21)]
    [InlineData("a wrong check digit", ";4242424242424241=3012201?", Track2Fault.PanCheckDigit, 16)]
    [InlineData("no expiry", ";4242424242424242=?", Track2Fault.Expiry, 18)]
    [InlineData("month 13", ";4242424242424242=3013201?", Track2Fault.Expiry, 18)]
    [InlineData("a separator for the expiry", ";4242424242424242==201?", Track2Fault.Expiry, 18)]
    [InlineData("no service code", ";4242424242424242=3012?", Track2Fault.ServiceCode, 22)]
    [InlineData("half a service code", ";4242424242424242=301220?", Track2Fault.ServiceCode, 22)]
    [InlineData("a letter in the discretionary data", ";4242424242424242=3012201A?",
        Track2Fault.DiscretionaryData, 25)]
    [InlineData("38 characters", "4242424242424242=301220112345678901234", Track2Fault.TooLong, 37)]
    [InlineData("a character beyond ASCII", "4242424242424242=3012201é", Track2Fault.DiscretionaryData, 24)]
    public void A_bad_track_names_the_fault_and_its_place(
        string what, string text, Track2Fault fault, int offset)
    {
        var read = Track2.TryParseText(text);
        Assert.Equal((what, fault, offset), (what, read.Fault, read.Offset));
        Assert.DoesNotContain("4242", read.ToString());
    }

    [Theory]
    [InlineData("an even number of digits", "4242424242424242D301220100001F",
        "4242424242424242=301220100001")]
    [InlineData("an odd number of digits, padded", "4242424242424242D30122010000",
        "4242424242424242=30122010000")]
    [InlineData("the published Visa test card", "4761739001010119D221220117589288",
        "4761739001010119=221220117589288")]
    public void Tag_57_is_read_and_written_back(string what, string hex, string track2)
    {
        var read = Track2.TryParseTag57(Convert.FromHexString(hex));
        Assert.True(read.IsValid, $"{what}: {read}");
        using var track = read.Value;
        Assert.Equal(track2, track.RevealTrack2());
        Assert.Equal(hex, Convert.ToHexString(track.RevealTag57()));
    }

    [Theory]
    [InlineData("nothing", "", Track2Fault.Empty, 0)]
    [InlineData("only padding", "FF", Track2Fault.Trailing, 0)]
    [InlineData("padding in the middle", "4242424242424242D3F12201", Track2Fault.Trailing, 18)]
    [InlineData("two padding half bytes", "4242424242424242D301220100FF", Track2Fault.Trailing, 26)]
    [InlineData("hex digit A in the number", "42424242A2424242D3012201", Track2Fault.UnexpectedCharacter, 8)]
    [InlineData("no separator", "4242424242424242", Track2Fault.SeparatorMissing, 16)]
    [InlineData("20 bytes", "4242424242424242D30122011234567890123456", Track2Fault.TooLong, 37)]
    public void A_bad_tag_57_names_the_fault_and_its_half_byte(
        string what, string hex, Track2Fault fault, int offset)
    {
        var read = Track2.TryParseTag57(Convert.FromHexString(hex));
        Assert.Equal((what, fault, offset), (what, read.Fault, read.Offset));
    }

    [Fact]
    public void Both_forms_of_any_track_carry_the_same()
    {
        var tracks = Gen.Select(
            Gen.OneOf(TestPans.All), Gen.Int[0, 99], Gen.Int[1, 12], Gen.Int[0, 999],
            Gen.Char['0', '9'].Array[0, 13]);
        tracks.Sample(row =>
        {
            var (pan, year, month, service, rest) = row;
            var text = $"{pan.Number}={year:00}{month:00}{service:000}{new string(rest)}";
            text = text[..Math.Min(text.Length, Track2.LengthMax)];
            using var fromText = Track2.TryParseText(text).Value;
            Assert.NotNull(fromText);
            using var fromTag = Track2.TryParseTag57(fromText.RevealTag57()).Value;
            Assert.NotNull(fromTag);
            Assert.Equal(text, fromTag.RevealTrack2());
        });
    }

    [Fact]
    public void Every_prefix_and_every_changed_character_is_answered_within_the_text()
    {
        const string track = ";4242424242424242=30122010000?";
        for (var length = 0; length < track.Length; length++)
            AssertPlaced(track[..length]);
        for (var i = 0; i < track.Length; i++)
        {
            foreach (var c in ";?=D F\0\uFFFFa0")
                AssertPlaced(track[..i] + c + track[(i + 1)..]);
        }
        Gen.String[0, 60].Sample(AssertPlaced);
    }

    [Fact]
    public void Random_bytes_are_answered_within_their_half_bytes() =>
        Gen.Byte.Array[0, 64].Sample(bytes =>
        {
            var read = Track2.TryParseTag57(bytes);
            Assert.InRange(read.Offset, 0, bytes.Length * 2);
            Assert.Equal(read.IsValid, read.Fault == Track2Fault.None);
            read.Value?.Dispose();
        });

    [Fact]
    public void Disposing_zeroes_track_and_number()
    {
        var read = Track2.TryParseText("4242424242424242=30122010000");
        Assert.True(read.IsValid);
        var track = read.Value;
        var bytes = track.RevealTrack2Bytes();
        track.Dispose();
        Assert.Equal(-1, bytes.IndexOfAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => track.RevealTrack2());
        Assert.Throws<ObjectDisposedException>(() => track.Pan.RevealPan());
    }

    private static void AssertPlaced(string text)
    {
        var read = Track2.TryParseText(text);
        Assert.InRange(read.Offset, 0, text.Length);
        Assert.Equal(read.IsValid, read.Fault == Track2Fault.None);
        read.Value?.Dispose();
    }
}
