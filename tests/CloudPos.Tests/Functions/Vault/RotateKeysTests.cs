using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Functions.Vault;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Vault;

/// <summary>Years of a back office, with the timer as the only thing that happens.</summary>
public class RotateKeysTests
{
    [Fact]
    public async Task The_next_key_is_listed_before_it_is_used_and_the_last_one_stays_valid()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var ring = office.Services.GetRequiredService<KeyRing>();
        var first = ListOf(ring);
        await Rotate(office);
        Assert.Equal(first.Version, ListOf(ring).Version);

        office.Time.Shift += TimeSpan.FromDays(89);
        await Rotate(office);

        var second = ListOf(ring);
        Assert.True(second.Version > first.Version);
        Assert.Equal((2, 2), (second.SealingKeys.Count, second.AcknowledgementKeys.Count));
        var now = office.Time.GetUtcNow();
        Assert.Single(second.SealingKeys, key => key.IsValidAt(now));
        Assert.Equal(first.AcknowledgementKeys[0].KeyId, ring.Acknowledgement.Thumbprint);

        office.Time.Shift += TimeSpan.FromDays(2);
        await ring.Read();
        Assert.Equal(2, ListOf(ring).SealingKeys.Count(key => key.IsValidAt(office.Time.GetUtcNow())));
        Assert.NotEqual(first.AcknowledgementKeys[0].KeyId, ring.Acknowledgement.Thumbprint);
        Assert.All(second.SealingKeys, key => Assert.NotNull(ring.FindSealing(key.KeyId)));
    }

    [Fact]
    public async Task Terminals_find_the_new_list_in_their_feed()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var terminal = await office.Enrol();
        office.Time.Shift += TimeSpan.FromDays(89);

        await Rotate(office);

        using var answer = await terminal.Send(
            HttpMethod.Get, WireContract.FeedPath(terminal.Terminal, ""), null);
        var page = JsonSerializer.Deserialize(
            await answer.Content.ReadAsStringAsync(), WireJson.Default.FeedPage)!;
        var lists = page.Rows.Select(row => row.Keys).OfType<string>().ToList();
        Assert.Equal(office.Services.GetRequiredService<KeyRing>().SignedKeyList is { } now
            ? PayloadOf(now) : "", PayloadOf(Assert.Single(lists)));
    }

    [Fact]
    public async Task A_terminal_that_may_hold_a_card_keeps_the_key_until_a_year_of_silence_has_passed()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var terminal = await office.Enrol();
        var ring = office.Services.GetRequiredService<KeyRing>();
        var first = ListOf(ring).SealingKeys[0].KeyId;
        for (var year = 0; year < 6; year++)
        {
            office.Time.Shift += TimeSpan.FromDays(89);
            await Rotate(office);
        }

        Assert.NotNull((await ring.Read()).FindSealing(first));
        Assert.DoesNotContain(ListOf(ring).SealingKeys, key => key.KeyId == first);

        office.Time.Shift += TimeSpan.FromDays(366);
        await Rotate(office);
        Assert.Null((await ring.Read()).FindSealing(first));
    }

    [Fact]
    public async Task Without_terminals_an_ended_key_goes_after_a_month()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var ring = office.Services.GetRequiredService<KeyRing>();
        var first = ListOf(ring).SealingKeys[0].KeyId;
        office.Time.Shift += TimeSpan.FromDays(350);
        await Rotate(office);
        office.Time.Shift += TimeSpan.FromDays(70);
        await Rotate(office);
        Assert.NotNull((await ring.Read()).FindSealing(first));

        office.Time.Shift += TimeSpan.FromDays(20);
        await Rotate(office);

        Assert.Null((await ring.Read()).FindSealing(first));
    }

    private static Task Rotate(TestBackOffice office) =>
        office.Services.GetRequiredService<RotateKeys>().Run(default);

    private static KeyList ListOf(KeyRing ring) =>
        JsonSerializer.Deserialize(PayloadOf(ring.SignedKeyList), WireJson.Default.KeyList)!;

    private static string PayloadOf(string jws)
    {
        var middle = jws.Split('.')[1].Replace('-', '+').Replace('_', '/');
        return System.Text.Encoding.UTF8.GetString(
            Convert.FromBase64String(middle.PadRight((middle.Length + 3) / 4 * 4, '=')));
    }
}
