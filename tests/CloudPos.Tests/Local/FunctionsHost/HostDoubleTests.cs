using System.Text.Json.Nodes;
using CloudPos.Functions.Bus;
using CloudPos.Local.Cloud;
using CloudPos.Local.FunctionsHost;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Functions.CustomHandler;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Local.FunctionsHost;

/// <summary>That the double is as strict as it says.</summary>
public class HostDoubleTests
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Its_message_has_the_members_and_spellings_of_the_documented_one()
    {
        var time = new FakeTimeProvider(Ten);
        var queue = new QueueDouble(time);
        queue.Add(
            "0198f2c4a5b67c8d9e0f1a2b3c4d5e6f", new Doorbell("apply-journal", "T0000001.1.7").ToBytes(),
            "application/json",
            new JsonObject { ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
            null);
        QueuedMessage message = null!;
        for (var delivery = 0; delivery < 3; delivery++)
        {
            message = queue.Receive()!;
            if (delivery < 2)
                queue.Abandon(message, message.LockToken!.Value);
        }

        var made = Payloads.Message(Function("apply-journal", "bell"), message, Ten);

        SameShape(Golden("message.json"), made, "$", ["LockToken", "SequenceNumber", "RandGuid", "UtcNow"]);
    }

    [Fact]
    public void Its_timer_has_the_members_and_spellings_of_the_documented_one()
    {
        var made = Payloads.Timer(Function("sweep", "timer"), (Ten, Ten.AddMinutes(1)), Ten);
        SameShape(Golden("timer.json"), made, "$", ["RandGuid", "UtcNow"]);
    }

    [Theory]
    [InlineData(200, "application/json", """{"Outputs":{}}""", true, false)]
    [InlineData(200, "application/json", "", false, true)]
    [InlineData(200, "application/json", "null", false, true)]
    [InlineData(200, "application/json", "[]", false, true)]
    [InlineData(200, "application/problem+json", "{}", false, true)]
    [InlineData(200, "text/plain", "done", false, true)]
    [InlineData(500, "application/json", "{}", false, false)]
    public async Task An_answer_counts_as_the_host_would_count_it(
        int status, string type, string body, bool succeeded, bool isFault)
    {
        await using var app = await Answering(status, type, body);
        using var invoker = new Invoker(
            () => Task.FromResult(new Uri(app.Urls.Single())), () => { }, TimeSpan.FromMinutes(1),
            TimeProvider.System);

        Assert.Equal(succeeded, await invoker.Invoke("sweep", [], default));

        Assert.Equal(isFault, invoker.Faults.Count == 1);
    }

    [Fact]
    public void A_message_that_fails_ten_times_is_dead_and_one_whose_lock_was_lost_cannot_be_completed()
    {
        var queue = new QueueDouble(new FakeTimeProvider(Ten));
        queue.Add("a", [], null, [], null);
        for (var delivery = 1; delivery <= QueueDouble.DeliveriesMax; delivery++)
        {
            var message = queue.Receive();
            Assert.Equal(delivery, message!.Deliveries);
            queue.Abandon(message, message.LockToken!.Value);
        }
        Assert.Null(queue.Receive());
        Assert.Equal("MaxDeliveryCountExceeded", Assert.Single(queue.Dead).DeadReason);

        queue.Add("b", [], null, [], null);
        var first = queue.Receive()!;
        var token = first.LockToken!.Value;
        queue.LoseLock(first);
        var second = queue.Receive()!;
        Assert.Equal("b", second.MessageId);
        Assert.False(queue.Complete(first, token));
        Assert.True(queue.Complete(second, second.LockToken!.Value));
    }

    [Theory]
    [InlineData("exit 0", "ended with 0", 1)]
    [InlineData("exit 1", "crashed 3 times", 3)]
    public async Task A_handler_that_ends_is_started_again_as_the_host_would(
        string script, string givenUp, int starts)
    {
        using var folder = new TestFolder();
        var package = Package(folder, script);
        await using var handler = new Handler(
            package, new Dictionary<string, string>(), folder.File("handler.log"), TimeProvider.System);

        handler.Start();

        var why = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (true)
                await handler.Address.WaitAsync(TimeSpan.FromMinutes(5));
        });
        Assert.Contains(givenUp, why.Message, StringComparison.Ordinal);
        Assert.Equal(starts, handler.Starts);
    }

    [Fact]
    public void A_package_without_the_execute_bit_is_refused()
    {
        using var folder = new TestFolder();
        Package(folder, "exit 0");
        File.SetUnixFileMode(folder.File("cloudpos-functions"), UnixFileMode.UserRead);

        var refused = Assert.Throws<InvalidDataException>(() => HostPackage.Read(folder.Path));

        Assert.Contains("executed", refused.Message, StringComparison.Ordinal);
    }

    private static HostPackage Package(TestFolder folder, string script)
    {
        CloudPos.Functions.CustomHandler.PackageFiles.Write(
            folder.Path, CloudPos.Functions.Hosting.BackOffice.Functions());
        var program = folder.File("cloudpos-functions");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return HostPackage.Read(folder.Path);
    }

    private static async Task<WebApplication> Answering(int status, string type, string body)
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/sweep", async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            await context.Response.WriteAsync(body);
        });
        await app.StartAsync();
        return app;
    }

    private static HostedFunction Function(string name, string binding) =>
        new(name, new JsonObject { ["type"] = "x", ["name"] = binding });

    private static JsonNode Golden(string name) => JsonNode.Parse(TriggerPayloadTests.Golden(name))!;

    private static void SameShape(JsonNode? golden, JsonNode? made, string path, string[] free)
    {
        if (golden is JsonObject expected)
        {
            var found = Assert.IsType<JsonObject>(made);
            Assert.Equal(
                expected.Select(member => member.Key).Order(), found.Select(member => member.Key).Order());
            foreach (var (name, value) in expected)
                if (!free.Contains(name))
                    SameShape(value, found[name], $"{path}.{name}", free);
            return;
        }
        Assert.True(JsonNode.DeepEquals(golden, made), $"{path}: {made} instead of {golden}");
    }
}
