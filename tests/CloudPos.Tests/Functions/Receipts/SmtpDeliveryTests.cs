using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Receipts;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Functions.Acquiring;
using MimeKit;

namespace CloudPos.Tests.Functions.Receipts;

public sealed class SmtpDeliveryTests
{
    [Fact]
    public async Task A_mail_reaches_the_server_whole_and_under_its_id()
    {
        await using var server = new SmtpServer();

        var result = await Deliver(server.Port);

        Assert.Equal(Handover.Done, result);
        var mail = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(Assert.Single(server.Mails))));
        Assert.Equal(("id.1@example.com", "Hello"), (mail.MessageId, mail.Subject));
        Assert.Equal(["MAIL FROM:<shop@example.com>", "RCPT TO:<barbara@example.com>"], server.Envelope);
    }

    [Theory]
    [InlineData("MAIL", "451 later", DeliveryResult.NotNow)]
    [InlineData("RCPT", "450 later", DeliveryResult.NotNow)]
    [InlineData("RCPT", "550 no such user", DeliveryResult.Refused)]
    [InlineData("RCPT", "550 5.1.1 no such user", DeliveryResult.Refused)]
    [InlineData("RCPT", "554 5.7.1 relaying denied", DeliveryResult.NotNow)]
    [InlineData("MAIL", "550 5.7.1 you may not send", DeliveryResult.NotNow)]
    [InlineData("DATA", "554 no", DeliveryResult.NotNow)]
    [InlineData(".", "452 full", DeliveryResult.NotNow)]
    [InlineData(".", "554 spam", DeliveryResult.NotNow)]
    [InlineData(".", null, DeliveryResult.Unknown)]
    internal async Task The_servers_answer_decides(string at, string? answer, DeliveryResult expected)
    {
        await using var server = new SmtpServer { At = at, AnswerThere = answer };

        var result = await Deliver(server.Port);

        Assert.Equal(expected, result.Result);
        Assert.DoesNotContain("barbara", result.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_nothing_was_taken()
    {
        using var nobody = new TakenPort();

        Assert.Equal(DeliveryResult.NotNow, (await Deliver(nobody.Address.Port)).Result);
    }

    [Fact]
    public async Task A_server_that_hangs_up_after_the_mail_was_taken_has_taken_it()
    {
        await using var server = new SmtpServer { At = "QUIT", AnswerThere = null };

        Assert.Equal(Handover.Done, await Deliver(server.Port));
    }

    private static Task<Handover> Deliver(int port)
    {
        var message = new MimeMessage { MessageId = "id.1@example.com", Subject = "Hello" };
        message.From.Add(MailboxAddress.Parse("shop@example.com"));
        message.To.Add(MailboxAddress.Parse("barbara@example.com"));
        message.Body = new TextPart("plain") { Text = "A line.\r\n.A line that begins with a dot.\r\n" };
        var delivery = new SmtpDelivery(new HostAndPort("127.0.0.1", port), new ListLogger<SmtpDelivery>());
        return delivery.Deliver(message, default);
    }

    /// <summary>
    /// As much of RFC 5321 as one mail needs, on a real socket, and one fault where a test wants it.
    /// </summary>
    private sealed class SmtpServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public SmtpServer()
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _serving = Serve();
        }

        public int Port { get; }

        /// <summary>The command, or "." for the end of the data, that is answered otherwise.</summary>
        public string At { get; init; } = "";

        /// <summary>Null hangs up.</summary>
        public string? AnswerThere { get; init; }

        public List<string> Mails { get; } = [];

        public List<string> Envelope { get; } = [];

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task Serve()
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await Talk(client.GetStream());
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                Assert.NotNull(e.Message); // The other side is done, or the test is.
            }
        }

        private async Task Talk(NetworkStream stream)
        {
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            using var writer = new StreamWriter(
                stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 test");
            while (await reader.ReadLineAsync() is { } line)
            {
                var command = line.Split(' ')[0].ToUpperInvariant();
                if (command is "MAIL" or "RCPT")
                    Envelope.Add(line.Split(" SIZE", 2)[0]);
                if (command == At && !await Fault(writer))
                    return;
                if (command == At)
                    continue;
                await writer.WriteLineAsync(command switch
                {
                    "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 yes",
                });
                if (command == "QUIT" || (command == "DATA" && !await Data(reader, writer)))
                    return;
            }
        }

        private async Task<bool> Data(StreamReader reader, StreamWriter writer)
        {
            var mail = new StringBuilder();
            while (await reader.ReadLineAsync() is { } line && line != ".")
                mail.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            if (At == ".")
                return await Fault(writer);
            Mails.Add(mail.ToString());
            await writer.WriteLineAsync("250 taken");
            return true;
        }

        private async Task<bool> Fault(StreamWriter writer)
        {
            if (AnswerThere is null)
                return false;
            await writer.WriteLineAsync(AnswerThere);
            return true;
        }
    }
}
