using CloudPos.Crypto;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Fleet;

public class StaffTests
{
    private const string Path = $"/api/backoffice/stores/{TestBackOffice.Store}/staff";

    [Fact]
    public async Task People_reach_the_terminals_of_their_store_with_a_hash_and_the_pin_is_never_told()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();

        var put = await office.Expect(office.Put(
            $"{Path}/anna", """{"name":"Anna","role":"Cashier","pin":"2580"}"""));
        var list = await office.Expect(office.Get(Path, "support"));

        var (_, rows) = await terminal.FeedToEnd();
        var member = rows.Single(row => row.Staff is not null).Staff!;
        Assert.Equal(("anna", "Anna", StaffRole.Cashier), (member.Person, member.Name, member.Role));
        Assert.True(PinHash.TryParse(member.Pin)!.IsOf("2580"));
        Assert.All([put.ToString(), list.ToString()], told =>
        {
            Assert.DoesNotContain("2580", told);
            Assert.DoesNotContain("argon2", told);
        });
    }

    [Fact]
    public async Task A_changed_name_keeps_the_pin_and_who_is_withdrawn_loses_it()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        await office.Expect(office.Put(
            $"{Path}/anna", """{"name":"Anna","role":"Cashier","pin":"2580"}"""));

        await office.Expect(office.Put($"{Path}/anna", """{"name":"Anne","role":"Manager"}"""));
        var (cursor, renamed) = await terminal.FeedToEnd();
        await office.Expect(office.Send(HttpMethod.Delete, $"{Path}/anna", null, "manager"));
        var (_, withdrawn) = await terminal.FeedToEnd(cursor);

        var member = renamed.Single(row => row.Staff is not null).Staff!;
        Assert.Equal(("Anne", StaffRole.Manager), (member.Name, member.Role));
        Assert.True(PinHash.TryParse(member.Pin)!.IsOf("2580"));
        Assert.Equal((true, ""), (Assert.Single(withdrawn).Staff!.Withdrawn, withdrawn[0].Staff!.Pin));
        using var back = await office.Put($"{Path}/anna", """{"name":"Anne","role":"Manager"}""");
        Assert.Equal("pin", (await TestBackOffice.ProblemOf(back)).Field);
    }

    [Theory]
    [InlineData("anna", """{"name":"","role":"Cashier","pin":"2580"}""", "name")]
    [InlineData("anna", """{"name":"Anna","role":"Cashier","pin":"1234"}""", "pin")]
    [InlineData("anna", """{"name":"Anna","role":"Cashier"}""", "pin")]
    [InlineData("anna", """{"name":"Anna","role":9,"pin":"2580"}""", "role")]
    [InlineData("Anna", """{"name":"Anna","role":"Cashier","pin":"2580"}""", "person")]
    public async Task What_is_wrong_with_a_person_is_named(string person, string body, string field)
    {
        await using var office = await TestBackOffice.WithStore();

        using var response = await office.Put($"{Path}/{person}", body);

        Assert.Equal(field, (await TestBackOffice.ProblemOf(response)).Field);
        Assert.Equal(0, (await office.Expect(office.Get(Path))).GetArrayLength());
    }

    [Theory]
    [InlineData("finance")]
    [InlineData("support")]
    public async Task Only_managers_name_staff(string role)
    {
        await using var office = await TestBackOffice.WithStore();

        using var response = await office.Put(
            $"{Path}/anna", """{"name":"Anna","role":"Manager","pin":"2580"}""", role);

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, response.StatusCode);
    }
}
