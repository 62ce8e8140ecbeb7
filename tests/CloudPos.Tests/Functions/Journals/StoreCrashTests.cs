using System.Net;
using CloudPos.Crypto;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Tables;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Journals;

/// <summary>
/// The back office stops at one commit of a request; the terminal asks again after the next start. Nothing is
/// lost and nothing is there twice.
/// </summary>
public class StoreCrashTests
{
    private const int CommitsMax = 40;

    [Fact]
    public async Task An_upload_that_was_stopped_at_any_commit_is_made_good_by_the_next()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var uploaded = 0;
        var clean = false;
        for (var stopAt = 1; !clean && stopAt < CommitsMax; stopAt++)
            foreach (var after in new[] { false, true })
            {
                var from = uploaded + 1;
                for (var more = 0; more < 150; more++)
                    terminal.Append(Sales.Cash(++uploaded, ("A", 1)));

                var engine = await Stopping(office, stopAt, after);
                using var stopped = await terminal.Upload(from);
                clean = engine.Commits < stopAt;
                Assert.Equal(
                    clean ? HttpStatusCode.OK : HttpStatusCode.InternalServerError, stopped.StatusCode);
                await office.Restart();

                Assert.Equal(uploaded, (await terminal.Uploaded(from)).Number);
                Assert.Equal(terminal.LastHash, (await terminal.Acknowledged()).Hash);
            }
        Assert.True(clean);
        await TestBackOffice.Eventually(
            async () => (await office.Expect(office.Get($"/api/backoffice/stock/{TestBackOffice.Store}")))
                .ToString().Contains($"\"quantity\":{-uploaded}", StringComparison.Ordinal),
            "every piece sold, once");
    }

    [Fact]
    public async Task An_enrolment_that_was_stopped_at_any_commit_is_made_good_with_the_same_code_and_key()
    {
        await using var office = await TestBackOffice.WithStore();
        var clean = false;
        for (var stopAt = 1; !clean && stopAt < CommitsMax; stopAt++)
            foreach (var after in new[] { false, true })
            {
                var terminal = $"T{stopAt:D6}{(after ? 1 : 0)}";
                var code = await office.NewCode(terminal);
                using var key = Es256Key.Generate();

                var engine = await Stopping(office, stopAt, after);
                using var stopped = await office.Enrol(code, key);
                clean = engine.Commits < stopAt;
                await office.Restart();

                using var again = await office.Enrol(code, key);
                var text = await again.Content.ReadAsStringAsync();
                Assert.Equal(HttpStatusCode.OK, again.StatusCode);
                Assert.Contains("\"epoch\":1", text, StringComparison.Ordinal);
            }
        Assert.True(clean);
    }

    /// <summary>
    /// Starts the program anew so that it stops at this commit; nothing runs beside the request.
    /// </summary>
    private static async Task<StoppingEngine> Stopping(TestBackOffice office, int stopAt, bool after)
    {
        StoppingEngine engine = null!;
        await office.Restart(services =>
        {
            TestBackOffice.WithoutTriggers(services);
            engine = new StoppingEngine(
                SqliteTableEngine.Open(Path.Combine(office.Folder, "data", "tables.db")), stopAt, after);
            services.AddSingleton(_ => new TablePort(engine, TimeProvider.System));
        });
        return engine;
    }
}
