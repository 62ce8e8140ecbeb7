using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.People;
using CloudPos.Tests.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.People;

public sealed class PinCheckTests : IDisposable
{
    private static readonly string AnnasPin = PinHash.Of("2580").RevealText();
    private static readonly string MiasPin = PinHash.Of("3690").RevealText();
    private readonly TestTill _till = new();

    [Fact]
    public void Staff_of_the_feed_are_known_by_their_pins_and_managers_as_such()
    {
        Hire();
        var pins = new PinCheck(_till.Store);

        Assert.Equal("Anna", pins.Check("anna", "2580").Member!.Name);
        Assert.Equal(PinStatus.Wrong, pins.Check("anna", "3690").Status);
        Assert.Equal(PinStatus.NotManager, pins.CheckManager("anna", "2580").Status);
        Assert.True(pins.CheckManager("mia", "3690").IsRight);
        Assert.Equal(PinStatus.PersonUnknown, pins.Check("zoe", "2580").Status);
    }

    [Fact]
    public void A_store_without_staff_says_so() =>
        Assert.Equal(PinStatus.NoStaff, new PinCheck(_till.Store).Check("anna", "2580").Status);

    [Fact]
    public void Who_was_withdrawn_is_nobody_any_more()
    {
        Hire();
        _till.Feed("c2", new FeedRow(
            Staff: new StaffMember("anna", "Anna", StaffRole.Cashier, "", Withdrawn: true)));

        Assert.Equal(PinStatus.PersonUnknown, new PinCheck(_till.Reopen()).Check("anna", "2580").Status);
        Assert.Equal("mia", Assert.Single(_till.Store.Staff).Person);
    }

    [Fact]
    public void Three_wrong_pins_lock_for_longer_each_time_and_are_journalled()
    {
        Hire();
        var pins = new PinCheck(_till.Store);
        Fail(pins, times: 3);

        Assert.Equal(PinStatus.Locked, pins.Check("anna", "2580").Status);
        Assert.True(pins.Check("mia", "3690").IsRight);
        _till.Clock.Advance(TimeSpan.FromSeconds(30));
        var fourth = pins.Check("anna", "0000");
        _till.Clock.Advance(TimeSpan.FromSeconds(59));

        Assert.Equal((PinStatus.Wrong, _till.Store.Now.AddSeconds(1)), (fourth.Status, fourth.LockedUntil));
        Assert.Equal(PinStatus.Locked, pins.Check("anna", "2580").Status);
        _till.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(pins.Check("anna", "2580").IsRight);
        var locks = _till.Store.Entries(1).Select(line => line.Entry!.Body).OfType<PinLocked>();
        Assert.Equal([3, 4], locks.Select(locked => locked.Failures));
    }

    [Fact]
    public void A_restart_or_a_clock_set_back_ends_no_lock()
    {
        Hire();
        Fail(new PinCheck(_till.Store), times: 3);

        _till.Close();
        _till.Clock.SetWall(TestTill.Start.AddDays(-1));
        var pins = new PinCheck(_till.Open());

        Assert.Equal(PinStatus.Locked, pins.Check("anna", "2580").Status);
    }

    [Fact]
    public void A_right_pin_begins_the_count_anew()
    {
        Hire();
        var pins = new PinCheck(_till.Store);

        for (var round = 0; round < 3; round++)
        {
            Fail(pins, times: 2);
            Assert.True(pins.Check("anna", "2580").IsRight);
        }
        Assert.Null(_till.Store.PinFailuresOf("anna"));
    }

    [Fact]
    public void A_new_pin_from_the_back_office_ends_a_lock_and_a_new_name_does_not()
    {
        Hire();
        var pins = new PinCheck(_till.Store);
        Fail(pins, times: 3);

        _till.Feed("c2", new FeedRow(Staff: new StaffMember("anna", "Anne", StaffRole.Cashier, AnnasPin)));
        Assert.Equal(PinStatus.Locked, pins.Check("anna", "2580").Status);
        var next = PinHash.Of("9512").RevealText();
        _till.Feed("c3", new FeedRow(Staff: new StaffMember("anna", "Anne", StaffRole.Cashier, next)));

        Assert.Equal(PinStatus.Wrong, pins.Check("anna", "2580").Status);
        Assert.True(pins.Check("anna", "9512").IsRight);
    }

    [Fact]
    public void Names_and_hashes_are_not_readable_on_the_disk()
    {
        Hire();
        Fail(new PinCheck(_till.Store), times: 1);
        _till.Close();

        Assert.False(_till.AnyFileContains("argon2id"));
        Assert.False(_till.AnyFileContains("anna"));
    }

    public void Dispose() => _till.Dispose();

    private void Hire() => Assert.True(_till.Feed(
        "c1",
        new FeedRow(Staff: new StaffMember("mia", "Mia", StaffRole.Manager, MiasPin)),
        new FeedRow(Staff: new StaffMember("anna", "Anna", StaffRole.Cashier, AnnasPin))).IsStored);

    private static void Fail(PinCheck pins, int times)
    {
        for (var time = 0; time < times; time++)
            Assert.Equal(PinStatus.Wrong, pins.Check("anna", "0000").Status);
    }
}
